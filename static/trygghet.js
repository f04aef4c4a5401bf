// The only script of our own. Everything works without it; it moves the focus, closes the menu, keeps forms sendable and saves what is written.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.closest("[data-writing]")) return;  // whoever writes keeps the focus where it is
  // A refusal that was swapped in gets the focus, so that a screen reader says it and a keyboard is already there.
  const problem = event.target.querySelector("[role=alert], [aria-invalid=true]");
  if (problem) { problem.setAttribute("tabindex", problem.matches("input, select, textarea") ? "0" : "-1"); problem.focus(); }
});

// Signed out, or the forms' token is too old: the page stays with all that is typed in it, and its forms get the token that fits.
document.addEventListener("token", (event) => {
  for (const field of document.querySelectorAll("input[name=_csrf_token]")) field.value = event.detail.value;
});
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.xhr.status < 400) document.getElementById("besked").replaceChildren(); });

const menu = document.querySelector("details.org");
document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// ---------------------------------------------------------------- text to copy
// Each field that is to be copied out of gets a button; without a script one marks the text oneself. data-copy is what the button says it copies.
for (const field of navigator.clipboard ? document.querySelectorAll("textarea[data-copy]") : []) {
  const button = document.createElement("button"), said = document.createElement("span"), row = document.createElement("div"), what = document.createElement("span");
  Object.assign(button, {type: "button", className: "btn", textContent: "Kopiera"});
  Object.assign(what, {className: "vh", textContent: ` ${field.dataset.copy}`});
  said.className = "small muted";
  said.setAttribute("role", "status");
  button.append(what);
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(field.value); said.textContent = "Kopierat"; } catch { field.select(); said.textContent = "Markerat: kopiera med tangentbordet"; }
  });
  row.className = "row";
  row.append(button, said);
  field.after(row);
}

// ---------------------------------------------------------------- a form that keeps itself
// What is typed in a room lies in this browser until the server has it, so that a lost connection or a closed window loses nothing.
const kept = {
  read: (place) => { try { return JSON.parse(localStorage.getItem(place) || "{}"); } catch { return {}; } },
  write: (place, found) => { try { if (Object.keys(found).length) localStorage.setItem(place, JSON.stringify(found)); else localStorage.removeItem(place); } catch { /* nothing is kept where nothing may be */ } },
};
const keepers = [...document.querySelectorAll("form[data-keep]")];
const placeOf = (form) => `kvar/${form.dataset.keep}${new URL(form.action).pathname}`;
for (const form of keepers) {
  const place = placeOf(form);
  const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.matches("input, select, textarea"));
  const was = (field) => field.tagName === "SELECT" ? (field.querySelector("option[selected]") || field.options[0]).value : field.defaultValue;
  const isNew = (field) => field.type === "radio" ? field.checked && !field.defaultChecked : field.value !== was(field);
  const keep = () => kept.write(place, Object.fromEntries(fields.filter(isNew).map((field) => [field.name, field.value])));
  const found = kept.read(place);
  for (const field of fields.filter((one) => one.name in found)) {
    if (field.type === "radio") field.checked = field.value === found[field.name];
    else field.value = found[field.name];
  }
  keep();
  if (fields.some(isNew)) {
    const said = document.createElement("p"), away = document.createElement("button");
    said.className = "saved troubled";
    Object.assign(away, {type: "button", className: "btn quiet", textContent: "Släng det"});
    away.addEventListener("click", () => { form.reset(); kept.write(place, {}); said.remove(); });
    said.append("Det du skrev förra gången finns kvar i den här webbläsaren och är inte sparat. ", away);
    form.prepend(said);
    for (let at = form; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }
  form.addEventListener("input", keep);
}
try {
  const here = `${location.pathname}/`;
  for (const place of Object.keys(localStorage)) if (place.startsWith("kvar/") && place.includes(here) && !keepers.some((form) => placeOf(form) === place)) localStorage.removeItem(place);
} catch { /* nothing was kept */ }

// ---------------------------------------------------------------- the page to write on
// Each field saves itself. What is not saved yet also lies in this browser, so that a lost connection, a reload or a new sign-in loses nothing.
const desk = document.querySelector("[data-writing]");
if (desk && window.htmx) {
  const byId = (id) => document.getElementById(id);
  const mine = `skrivet/${desk.dataset.writer}/${desk.dataset.writing}/`;
  const stood = new WeakMap();    // what each field held when it was last saved, as far as this page knows
  const answered = new WeakMap(); // what was refused or is contested, and not to be sent again unchanged
  const sent = new WeakMap();
  let again = null;
  let wait = 2000;
  let stored = true;
  const fields = (form) => [...form.elements].filter((field) => field.name && form.elements[`was-${field.name}`]);
  const plain = (text) => text.replace(/\r\n?/g, "\n").trim();
  const began = (field) => field.tagName === "SELECT" ? (field.querySelector("option[selected]") || field.options[0] || {value: ""}).value : field.defaultValue;
  const old = (field) => plain(stood.has(field) ? stood.get(field) : began(field));
  const isNew = (field) => plain(field.value) !== old(field);
  const isDue = (field) => isNew(field) && plain(field.value) !== answered.get(field);
  const notes = (field) => byId(`n-${field.id.slice(2)}`);
  const forms = () => [...desk.querySelectorAll("form[data-autosave]")];
  const place = (field) => `${mine}${field.form.dataset.autosave}/${field.name}`;
  // What says the same stays: a link that is being pressed is not taken from under the finger by the next try.
  const tell = (...words) => {
    if (byId("sparat").textContent !== words.map((word) => word.textContent ?? word).join("")) byId("sparat").replaceChildren(...words);
    byId("sparat").parentElement.classList.toggle("troubled", /^(Inte|Det gick)/.test(words[0]));
    repeat();
  };
  const repeat = () => { const now = byId("sparat").textContent; if (byId("sagt").textContent !== now) byId("sagt").textContent = now; };
  const keep = (field) => {
    try {
      if (isNew(field)) localStorage.setItem(place(field), JSON.stringify({text: field.value, was: field.form.elements[`was-${field.name}`].value}));
      else localStorage.removeItem(place(field));
    } catch { stored = false; }
  };
  const later = () => {
    clearTimeout(again);
    again = setTimeout(() => { for (const form of forms()) if (fields(form).some(isDue)) htmx.trigger(form, "change"); }, wait);
    wait = Math.min(wait * 2, 30000);
  };
  const soon = () => { wait = 2000; later(); };
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const own = target.matches("li") && target.querySelector("details");
    if (own) own.open = true;
    const focused = target.matches("input, select, textarea") ? target : own ? own.querySelector("summary") : null;
    if (focused) focused.focus();
    target.scrollIntoView({block: target.matches("input, select, textarea") ? "nearest" : "start"});
  };

  document.documentElement.classList.add("scripted");
  desk.addEventListener("input", (event) => { if (event.target.form && event.target.form.dataset.autosave) keep(event.target); });
  desk.addEventListener("htmx:configRequest", (event) => {
    const form = event.target;
    if (!form.dataset.autosave) return;
    const button = event.detail.triggeringEvent && event.detail.triggeringEvent.submitter;
    const chosen = button && button.name.startsWith("valj-") ? button.name.slice(5) : "";
    const due = fields(form).filter((field) => isDue(field) || field.name === chosen);
    if (!due.length) { event.preventDefault(); return; }
    for (const field of fields(form)) if (!due.includes(field)) event.detail.parameters.delete(field.name);
    event.detail.parameters.set("oppna", forms().map((one) => one.dataset.autosave.replaceAll("-", "").slice(-12)).join(" "));
    sent.set(form, {chosen, values: new Map(due.map((field) => [field, field.value]))});
  });
  desk.addEventListener("htmx:beforeSwap", (event) => {  // what saves itself says in its own place that it cannot, however often it tries
    if (event.detail.requestConfig.elt.dataset.autosave && event.detail.xhr.status === 401) event.detail.shouldSwap = false;
  });
  desk.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target, status = event.detail.xhr.status, last = sent.get(form);
    if (!form.dataset || !form.dataset.autosave || !last) return;
    if (!event.detail.xhr.responseText.includes('id="andringar"')) {
      if (status === 409 && byId("tappat").querySelector(`[data-lost="${form.dataset.autosave}"]`)) {
        for (const [field, value] of last.values) answered.set(field, plain(value));
        tell("Inte sparat: delen har tagits bort. ", Object.assign(document.createElement("a"), {href: "#tappat", textContent: "Se vad du kan göra"}));
        return;
      }
      const signIn = document.createElement("a");
      Object.assign(signIn, {href: "/logga-in", target: "_blank", rel: "noopener", textContent: "Logga in i en ny flik"});
      const kept = stored ? "Det du har skrivit finns kvar i den här webbläsaren" : "Lämna inte sidan, så finns det du har skrivit kvar";
      if (status === 401) tell("Inte sparat: du är inte inloggad längre. ", signIn, `. ${kept} och sparas sedan av sig självt.`);
      else if (status === 404 || status === 422) {
        tell(`Inte sparat. ${why(event.detail.xhr.responseText)} ${kept}.`);
        for (const [field, value] of last.values) answered.set(field, plain(value));
        return;
      } else tell(`Inte sparat: ${status ? "servern kunde inte ta emot det" : "ingen kontakt med servern"}. ${kept}, och sidan försöker igen av sig själv.`);
      later();
      return;
    }
    wait = 2000;
    byId("sparat").parentElement.classList.toggle("troubled", status !== 200);
    for (const [field, value] of last.values) {
      const at = byId(field.id) || field, said = notes(at), bad = said && said.querySelector(".problem, .clash");
      at.toggleAttribute("aria-invalid", false);
      if (bad) { at.setAttribute("aria-invalid", "true"); answered.set(at, plain(value)); } else { stood.set(at, at === field ? value : at.value); answered.delete(at); }
      keep(at);
      if (bad && bad.dataset.code === "text.personal_number") try { localStorage.removeItem(place(at)); } catch { stored = false; }
      if (last.chosen === field.name && (document.activeElement === document.body || !document.activeElement)) at.focus();
    }
    const held = forms().some((one) => fields(one).some((field) => isNew(field) && answered.has(field)));
    if (status === 200 && held) tell("Inte allt är sparat: ett fält behöver rättas först."); else repeat();
  });
  // What is refused takes nothing's place: the page stays as it is and says why.
  const why = (answer) => [...new DOMParser().parseFromString(answer, "text/html").querySelectorAll("p")].map((one) => one.textContent.trim()).join(" ");
  desk.addEventListener("htmx:beforeSwap", (event) => {
    const {xhr, elt} = event.detail;
    if (xhr.status < 400 || elt.dataset.autosave || xhr.getResponseHeader("HX-Retarget") || xhr.responseText.includes('id="tappat"')) return;
    event.detail.shouldSwap = false;
    tell(`Det gick inte. ${why(xhr.responseText)}`);
  });
  for (const lost of ["htmx:sendError", "htmx:timeout"]) desk.addEventListener(lost, (event) => { if (!event.target.dataset.autosave) tell("Det gick inte: ingen kontakt med servern. Försök igen."); });
  for (const back of ["online", "focus"]) window.addEventListener(back, soon);
  window.addEventListener("beforeunload", (event) => { if (!stored && forms().some((form) => fields(form).some(isNew))) event.preventDefault(); });

  // A part that has moved is lifted to its place, so that nothing that is being typed is drawn anew.
  document.addEventListener("flyttad", (event) => {
    const part = byId(event.detail.del), list = byId(event.detail.rad), next = byId(event.detail.fore), focused = document.activeElement;
    if (!part || !list) { location.reload(); return; }
    list.insertBefore(part, next && next.parentNode === list ? next : null);
    const spot = byId(event.detail.del.replace("del-", "plats-"));
    if (spot) spot.replaceChildren();
    (part.contains(focused) && focused.isConnected && focused !== document.body ? focused : part.querySelector("summary")).focus();
    tell("Flyttad och sparad.");
  });
  // Links to a field open what it lies in; a part that is closed brings its fields first.
  let wanted = "";
  const seek = (hash, part) => {
    const target = byId(hash), holder = byId(`del-${part}`);
    if (target) reveal(target);
    else if (holder) { wanted = hash; holder.querySelector("details").open = true; }
    return Boolean(target || holder);
  };
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*='#']"), away = event.target.closest("[data-let-go]");
    if (link && !link.hasAttribute("hx-get") && link.pathname === location.pathname) {
      const hash = decodeURIComponent(link.hash.slice(1));
      if (seek(hash, new URLSearchParams(link.search).get("del")) && /^(f|del)-/.test(hash)) event.preventDefault();
    }
    if (!away) return;
    for (const key of unsaved(away.dataset.letGo)) localStorage.removeItem(key);
    away.closest("[data-lost]").remove();
  });
  if (location.hash && byId(location.hash.slice(1))) reveal(byId(location.hash.slice(1)));

  // What was not saved when the page was left comes back, and is saved against what its writer saw then.
  const unsaved = (part) => { try { return Object.keys(localStorage).filter((key) => key.startsWith(mine + part)); } catch { return []; } };
  const restore = (form) => {
    for (const key of unsaved(`${form.dataset.autosave}/`)) {
      const {text, was} = JSON.parse(localStorage.getItem(key)), name = key.split("/").pop(), field = form.elements[name];
      if (!field) continue;
      if (old(field) === plain(text)) { localStorage.removeItem(key); continue; }
      form.elements[`was-${name}`].value = was;
      if (plain(field.value) === plain(text)) continue;  // it is being typed, or the browser put it back by itself
      stood.set(field, began(field));
      field.value = text;
      reveal(field);
    }
    if (!fields(form).some(isDue)) return;
    tell("Det du hade skrivit finns kvar och sparas nu.");
    htmx.trigger(form, "change");
  };
  desk.addEventListener("htmx:load", (event) => {
    for (const form of event.target.parentElement.querySelectorAll("form[data-autosave]")) restore(form);
    if (wanted && byId(wanted)) { reveal(byId(wanted)); wanted = ""; }
  });
  window.addEventListener("load", () => {  // by then htmx listens
    for (const form of forms()) restore(form);
    for (const part of new Set(unsaved("").map((key) => key.slice(mine.length).split("/")[0]))) {
      const holder = byId(`del-${part.replaceAll("-", "").slice(-12)}`), values = {};
      if (holder) holder.querySelector("details").open = true;
      if (holder || forms().some((form) => form.dataset.autosave === part)) continue;
      for (const key of unsaved(`${part}/`)) {
        const {text, was} = JSON.parse(localStorage.getItem(key)), name = key.split("/").pop();
        Object.assign(values, {[name]: text, [`was-${name}`]: was});
      }
      htmx.ajax("POST", `/lydelser/${desk.dataset.writing}/delar/${part}`, {source: desk, swap: "none", values});
    }
  });
}
