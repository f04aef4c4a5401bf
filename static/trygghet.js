// The only script of our own. Everything works without it; it moves the focus, closes the menu and keeps forms sendable.
document.addEventListener("htmx:afterSwap", (event) => {
  // A refusal that was swapped in gets the focus, so that a screen reader says it and a keyboard is already there.
  const problem = event.target.querySelector("[role=alert], [aria-invalid=true]");
  if (problem) { problem.setAttribute("tabindex", problem.matches("input, select, textarea") ? "0" : "-1"); problem.focus(); }
});

// Signed out, or the forms' token is too old: the page stays with all that is typed in it, and its forms get the token that fits.
document.addEventListener("token", (event) => {
  for (const field of document.querySelectorAll("input[name=_csrf_token]")) field.value = event.detail.value;
});
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) document.getElementById("besked").replaceChildren(); });

const menu = document.querySelector("details.org");
document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
