// The reporter's page. Without this script its forms are sent as they are; with it a report is kept in this browser until the server has it.
// Each report carries a key of its own, so the server takes it once however often it is sent. What is kept is under its writer's name.
const page = document.getElementById("rapportera");
document.documentElement.classList.add("scripted");
if (page) {
  const whose = page.dataset.whose, mine = `rapport/${whose}/`;
  const forms = () => [...page.querySelectorAll(".tasks form")];
  const waitingBox = document.getElementById("vantar");
  const memory = new Map();  // what cannot be stored lives as long as the page
  let stored = true, state = "", next = null, pause = 2000, busy = false;

  // ---------------------------------------------------------------- what is kept
  const put = (key, value) => { try { localStorage.setItem(mine + key, JSON.stringify(value)); } catch { stored = false; memory.set(key, value); } };
  const drop = (key) => { memory.delete(key); try { localStorage.removeItem(mine + key); } catch { stored = false; } };
  const get = (key) => { try { const text = localStorage.getItem(mine + key); if (text) return JSON.parse(text); } catch { stored = false; } return memory.get(key) || null; };
  const keys = (kind) => {
    const found = new Set([...memory.keys()].filter((key) => key.startsWith(kind)));
    try { for (const key of Object.keys(localStorage)) if (key.startsWith(mine + kind)) found.add(key.slice(mine.length)); } catch { stored = false; }
    return [...found];
  };
  const kept = () => keys("ko/").map((key) => ({key, ...get(key)})).filter((one) => one.action).sort((a, b) => a.at - b.at);
  const waiting = () => kept().filter((one) => !one.refused);
  const newKey = () => {  // crypto.randomUUID is not there on a plain http address
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // ---------------------------------------------------------------- a personal identity number is never kept, not even here
  const NUMBER = /(?:(?:1[6-9]|20)[\s.\/-]?)?(\d{2})[\s.\/-]?([01]\d)[\s.\/-]?(\d{2})\s{0,2}[-+.\/]?\s{0,2}([\dTRSUWXJKLMN]\d\s?\d{2})(?!\d)/iy;
  const personal = (text) => {
    const plain = text.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/\p{Pd}|\u2212/gu, "-");
    for (let at = 0; at < plain.length; at += 1) {
      NUMBER.lastIndex = at;
      const found = /\d/.test(plain[at - 1] || "") ? null : NUMBER.exec(plain);
      if (!found) continue;
      const [year, month, day] = [found[1], found[2], found[3]].map(Number), digits = (found[1] + found[2] + found[3] + found[4]).replace(/\s/g, "").replace(/[a-z]/gi, "1");
      const sum = [...digits].reduce((total, one, place) => { const value = Number(one) * (2 - place % 2); return total + Math.floor(value / 10) + value % 10; }, 0);
      if (sum % 10 === 0 && month >= 1 && month <= 12 && day % 60 >= 1 && day % 60 <= new Date(2000 + year % 4, month, 0).getDate()) return found[0].trim();
    }
    return "";
  };
  const NAMES = {plats: "Plats", anteckning: "Anteckning", antal: "Antal"};
  const guard = (form) => {
    let clean = true;
    for (const [name, label] of Object.entries(NAMES)) {
      const number = personal(read(form)[name] || "");
      if (!number) continue;
      clean = false;
      say(form, name, `${label}: ”${number}” ser ut som ett personnummer och sparas inte, inte heller i den här webbläsaren. Ta bort det och skriv utan personuppgifter.`);
    }
    return clean;
  };

  // ---------------------------------------------------------------- a form
  const read = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "_csrf_token"));
  const say = (form, name, sentence) => {
    const line = form.querySelector(`[data-problem="${name}"]`) || form.querySelector('[data-problem=""]');
    line.hidden = !sentence;
    line.querySelector("span").textContent = sentence;
    for (const field of form.querySelectorAll(`[name="${name || "-"}"]:not([type=hidden])`)) field.toggleAttribute("aria-invalid", false), sentence && field.setAttribute("aria-invalid", "true");
  };
  const unsay = (form) => { for (const line of form.querySelectorAll("[data-problem]")) say(form, line.dataset.problem, ""); };
  const fill = (form, fields) => {
    for (const [name, value] of Object.entries(fields)) for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (name === "vem") continue;
      if (field.type === "radio") field.checked = field.value === value; else field.value = value;
    }
    if (fields.dag && !form.querySelector("[name=dag]:checked")) fill(form, {dag: "annan", datum: fields.dag});
    mark(form);
  };
  const mark = (form) => { for (const one of form.querySelectorAll("[data-place]")) one.setAttribute("aria-pressed", String(one.dataset.place === form.elements.plats.value)); };
  const draftOf = (form) => `utkast${new URL(form.action).pathname}`;
  const keepDraft = (form) => {
    const fields = read(form);
    if (guard(form)) put(draftOf(form), fields); else drop(draftOf(form));
  };
  const clear = (form) => {
    form.reset();
    form.elements.form_key.value = newKey();
    unsay(form); mark(form); drop(draftOf(form)); setDays();
    form.closest("details").open = false;
  };
  const shortDay = (iso) => new Date(`${iso}T12:00`).toLocaleDateString("sv-SE", {day: "numeric", month: "short"}).replace(".", "");
  const inWords = (form, fields) => [`${fields.antal} ${form.dataset.unit}`.trim(), fields.plats, shortDay(fields.dag === "annan" ? fields.datum : fields.dag)].filter(Boolean).join(", ");

  // A page that has been open over midnight offers the days of today, not those of the day when it was opened.
  const dayNumber = () => { const here = new Date(); return Math.round(Date.UTC(here.getFullYear(), here.getMonth(), here.getDate()) / 864e5); };
  const opened = dayNumber(), today = page.dataset.today;
  const moved = (iso, days) => new Date(Date.parse(`${iso}T00:00Z`) + days * 864e5).toISOString().slice(0, 10);
  let shifted = 0;
  const setDays = () => {
    const days = dayNumber() - opened;
    if (days === shifted) return;
    for (const field of page.querySelectorAll(".days [name=dag]:not([value=annan])")) {
      const words = field.nextElementSibling;
      if (!/^I (dag|går)/.test(words.textContent)) continue;
      const until = field.closest("fieldset").querySelector("[name=datum]");
      field.value = moved(field.value, days - shifted);
      words.textContent = `${words.textContent.split(",")[0]}, ${shortDay(field.value)}`;
      if (until.max === moved(today, shifted)) until.max = moved(today, days);
    }
    shifted = days;
  };

  // ---------------------------------------------------------------- sending
  const token = () => page.querySelector("input[name=_csrf_token]")?.value || "";
  const renew = (answer) => {
    try { for (const field of document.querySelectorAll("input[name=_csrf_token]")) field.value = JSON.parse(answer.headers.get("HX-Trigger")).token; return true; } catch { return false; }
  };
  const post = (one) => fetch(one.action, {
    method: "POST", redirect: "error", signal: AbortSignal.timeout(20000), headers: {"HX-Request": "true"},
    body: new URLSearchParams({...one.fields, vem: whose, _csrf_token: token()}),
  });
  // Gives whether the next one may be sent. A lost answer leaves it where it is: it is sent again with the same key, and is the same row.
  const send = async (one) => {
    let answer, html;
    put(one.key, {...get(one.key), tried: true});
    try {
      answer = await post(one);
      if (answer.status === 403 && renew(answer)) answer = await post(one);
      html = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { state = "lost"; return false; }
    if (answer.ok && html.getElementById("klart")) {
      drop(one.key);
      state = "";
      for (const id of ["klart", "senaste"]) { const fresh = html.getElementById(id); if (fresh) document.getElementById(id).replaceWith(fresh); }
      return true;
    }
    if (answer.status === 401) { renew(answer); state = "out"; return false; }
    if (answer.status === 409) { state = "other"; return false; }
    if (answer.ok || answer.status >= 500) { state = "broken"; return false; }
    const said = [...html.querySelectorAll("[data-field]")].map((line) => [line.dataset.field, line.textContent]);
    const refused = Object.fromEntries(said.length ? said : [["", [...html.querySelectorAll("p")].map((line) => line.textContent.trim()).join(" ")]]);
    const fields = Object.fromEntries(Object.entries(one.fields).filter(([, value]) => !personal(value)));
    put(one.key, {...get(one.key), fields, refused});
    return true;
  };
  const alone = (work) => (navigator.locks ? navigator.locks.request(mine, work) : work());  // of several tabs one sends
  const flush = async () => {
    if (busy) return;
    busy = true;
    clearTimeout(next);
    await alone(async () => {
      for (const {key} of waiting()) {
        const one = get(key);
        if (!one || one.refused) continue;  // another tab has sent it
        if (navigator.onLine === false) { state = "lost"; break; }
        if (!await send({key, ...one})) break;
      }
    });
    busy = false;
    if (waiting().length) { next = setTimeout(flush, pause); pause = Math.min(pause * 2, 30000); } else pause = 2000;
    draw();
  };
  const soon = () => { pause = 2000; flush(); };

  // ---------------------------------------------------------------- what waits, and what was refused
  const WHY = {
    lost: "Det skickas av sig självt när kontakten är tillbaka, så länge sidan är öppen, och annars nästa gång du öppnar den. Det är inte registrerat än.",
    out: "Du är inte inloggad längre. Logga in, så skickas det. Det är inte registrerat än.",
    other: "Någon annan är inloggad i den här webbläsaren nu, eller så har du bytt organisation. Logga in som den som skrev, så skickas det.",
    broken: "Servern kunde inte ta emot det. Sidan försöker igen av sig själv. Det är inte registrerat än.",
  };
  const element = (name, props, ...inside) => { const made = Object.assign(document.createElement(name), props); made.append(...inside); return made; };
  const draw = () => {
    const all = kept(), held = all.filter((one) => !one.refused).length, refused = all.length - held;
    const shown = all.filter((one) => one.refused || state);
    waitingBox.hidden = !shown.length;
    if (!shown.length) return;
    const heading = [held ? `${state === "lost" || !state ? "Väntar på kontakt" : "Väntar"} (${held})` : "", refused ? `Behöver rättas (${refused})` : ""].filter(Boolean).join(". ");
    const why = held ? WHY[state] || WHY.lost : "Det här registrerades inte. Rätta det eller släng det.";
    const here = stored ? "" : " Webbläsaren kan inte spara, så lämna inte sidan.";
    const set = (id, text) => { const at = document.getElementById(id); if (at.textContent !== text) at.textContent = text; };
    set("vantar-namn", heading);
    if (state === "out" && held) {
      if (!waitingBox.querySelector("#vantar-varfor a")) document.getElementById("vantar-varfor").replaceChildren(`${why}${here} `, element("a", {href: "/logga-in?vidare=/rapportera", textContent: "Logga in"}));
    } else set("vantar-varfor", why + here);
    waitingBox.querySelector("ul").replaceChildren(...shown.map(row));
  };
  const formOf = (one) => forms().find((found) => found.action === one.action);
  const mend = (one) => {  // back into its form, with the reasons
    const form = formOf(one);
    drop(one.key);
    fill(form, {...one.fields, form_key: newKey()});
    unsay(form);
    for (const [name, sentence] of Object.entries(one.refused)) say(form, name, sentence);
    form.closest("details").open = true;
    put(draftOf(form), read(form));
    draw();
    (form.querySelector("[aria-invalid]") || form.closest("details").querySelector("summary")).focus();
  };
  const row = (one) => {
    const item = element("li", {className: "kept"}, element("strong", {textContent: one.title}), element("span", {className: "small", textContent: one.words}));
    for (const sentence of Object.values(one.refused || {})) item.append(element("p", {className: "problem", textContent: sentence}));
    const acts = element("p", {className: "row"});
    const act = (name, work) => acts.append(element("button", {className: "btn", type: "button", onclick: work}, name, element("span", {className: "vh", textContent: `: ${one.title}, ${one.words}`})));
    if (one.refused && formOf(one)) act("Rätta", () => mend(one));
    if (one.refused || !one.tried) act("Släng", () => { drop(one.key); draw(); page.querySelector("h1").setAttribute("tabindex", "-1"); page.querySelector("h1").focus(); });
    if (acts.childElementCount) item.append(acts);
    return item;
  };

  // ---------------------------------------------------------------- what a person does
  page.addEventListener("submit", async (event) => {
    const form = event.target, isUndo = !form.closest(".tasks");
    event.preventDefault();
    if (!isUndo) {
      setDays(); unsay(form);
      if (!guard(form)) { drop(draftOf(form)); form.querySelector("[aria-invalid]").focus(); return; }
      const fields = read(form);
      put(`ko/${fields.form_key}`, {at: Date.now(), action: form.action, fields, title: form.dataset.title, words: inWords(form, fields)});
      clear(form);
    } else put(`ko/angra${new URL(form.action).pathname}`, {at: Date.now(), action: form.action, fields: {}, title: form.dataset.title, words: form.dataset.words});
    document.getElementById("klart").replaceChildren();
    await flush();
    const refused = kept().find((one) => one.refused && one.action === form.action), told = document.querySelector("#klart .flash");
    if (refused && formOf(refused)) mend(refused);
    else (told || waitingBox).focus({preventScroll: Boolean(told)});
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step], [data-place]"), form = button?.form;
    if (!form) return;
    if (button.dataset.step) {
      const field = form.elements.antal, now = parseInt(field.value.replace(/\s/g, ""), 10) || 0;
      field.value = Math.max(1, now + Number(button.dataset.step));
    } else form.elements.plats.value = form.elements.plats.value === button.dataset.place ? "" : button.dataset.place;
    form.dispatchEvent(new Event("input", {bubbles: true}));
  });
  page.addEventListener("input", (event) => {
    const form = event.target.closest(".tasks form");
    if (!form) return;
    unsay(form); mark(form); keepDraft(form);
  });
  page.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    setDays();
    event.target.scrollIntoView({block: "start"});
  }, true);
  const search = document.getElementById("sok");
  if (search) search.addEventListener("input", () => {
    const wanted = search.value.trim().toLocaleLowerCase("sv"), rows = [...page.querySelectorAll(".tasks > li")];
    for (const one of rows) one.hidden = !one.querySelector("summary").textContent.toLocaleLowerCase("sv").includes(wanted);
    document.getElementById("inga").hidden = rows.some((one) => !one.hidden);
  });
  for (const back of ["online", "focus", "pageshow"]) window.addEventListener(back, soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { setDays(); soon(); } });
  window.addEventListener("offline", () => { if (waiting().length) state = "lost"; draw(); });
  window.addEventListener("storage", (event) => { if (!event.key || event.key.startsWith(`${mine}ko/`)) soon(); });
  window.addEventListener("beforeunload", (event) => { if (!stored && kept().length) event.preventDefault(); });

  for (const form of forms()) {
    const draft = get(draftOf(form));
    if (!draft) continue;
    fill(form, draft);
    form.closest("details").open = true;
  }
  draw();
  soon();
}
