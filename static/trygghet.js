// The only script of our own: one place for everything that touches htmx.
document.addEventListener("htmx:afterSwap", (event) => {
  // A refusal that was swapped in gets the focus, so that a screen reader says it and a keyboard is already there.
  const problem = event.target.querySelector("[role=alert], [aria-invalid=true]");
  if (problem) { problem.setAttribute("tabindex", problem.matches("input, select, textarea") ? "0" : "-1"); problem.focus(); }
});
