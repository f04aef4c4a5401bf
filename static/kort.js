// <trygghet-kort kommun="…"> on other people's pages: reads what is published, keeps nothing, and asks no other host than its own.
const HOME = new URL(".", import.meta.url);
const EVERY = 15 * 60 * 1000; // ms between two readings of a page that stays open
const READABLE = 4.5; // WCAG 2.2, 1.4.3
const look = new CSSStyleSheet();
let looks;
const dressed = () => (looks ??= fetch(new URL("kort.css", HOME), { credentials: "omit" })
  .then((answer) => answer.text())
  .then((text) => look.replaceSync(text))
  .catch(() => {})); // without it the card is plain, and still told

function make(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (made.className) made.className = made.className.replace(/\w+/g, "trygghet-$&");
  made.append(...inside);
  return made;
}

function luminance(colour) {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour) ?? []; // whatever else it is, also half transparent, cannot be judged
  const [red, green, blue] = parts.slice(1).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

class Card extends HTMLElement {
  static observedAttributes = ["kommun", "lofte", "niva"];
  #told = "";
  #timer = 0;
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #dress = () => this.dress();

  connectedCallback() {
    this.#timer = setInterval(() => this.read("no-cache"), EVERY);
    this.#scheme.addEventListener("change", this.#dress);
    this.read();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    this.#scheme.removeEventListener("change", this.#dress);
  }

  attributeChangedCallback(_, before) {
    if (before === null) return;
    this.#told = "";
    this.read();
  }

  async read(cache = "default") {
    const [slug, promise] = ["kommun", "lofte"].map((name) => encodeURIComponent(this.getAttribute(name) ?? ""));
    try {
      const answer = await fetch(new URL(`${slug}${promise && `/loften/${promise}`}/kort.json`, HOME), { cache, credentials: "omit", referrerPolicy: "no-referrer" });
      const told = answer.ok ? await answer.text() : "";
      if (answer.status === 404) this.shadowRoot?.replaceChildren(make("slot", {})); // no such promise any more: the link in the page stands
      if (answer.status === 404) this.#told = "";
      if (!told) return;
      await dressed();
      if (told === this.#told) return;
      this.#told = told;
      this.show(JSON.parse(told));
    } catch {
      // no answer: what stands, stands
    }
  }

  show(told) {
    const level = Math.min(Math.max(parseInt(this.getAttribute("niva"), 10) || 2, 2), 5);
    const items = told.updates.map((one) =>
      make("li", {},
        make("p", { class: "liten" }, make("time", { datetime: one.date }, one.when), ` · ${one.voice}`),
        make("p", {}, make("a", { href: one.url }, one.title))));
    const card = make("section", { class: `kort vard ${told.voice}`, "aria-label": told.title },
      make(`h${level}`, { class: "namn" }, told.title),
      make("p", { class: "liten laget" }, make("strong", {}, told.state), ` · ${told.validity}`),
      ...(told.progress ? [make("p", { class: "gjort" }, told.progress)] : []),
      ...(items.length ? [make(`h${level + 1}`, { class: "del" }, "Senaste nytt"), make("ol", { role: "list" }, ...items)] : []),
      make("p", { class: "mer" }, make("a", { href: told.url }, "Läs hela löftet och följ hur det går")));
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [look];
    const before = root.querySelector("section");
    if (before) {
      before.replaceWith(card);
      root.querySelector("[aria-live]").textContent = told.updates.length ? `Nytt: ${told.updates[0].title}` : "";
    } else root.replaceChildren(card, make("p", { class: "vh", "aria-live": "polite" }));
    this.dress();
  }

  dress() {
    const card = this.shadowRoot?.querySelector("section");
    if (!card) return;
    card.classList.add("trygghet-vard"); // the page's colours, beside our light or our dark ones, unless they make a text hard to read
    const isReadable = () => {
      const ground = getComputedStyle(card).backgroundColor;
      return [card, ...card.querySelectorAll(".trygghet-liten, a")].every((one) => contrast(getComputedStyle(one).color, ground) >= READABLE);
    };
    const isGrounded = getComputedStyle(this).getPropertyValue("--trygghet-bakgrund");
    const isDark = luminance(getComputedStyle(card).backgroundColor) < 0.18;
    for (const scheme of !isGrounded ? [""] : isDark ? ["dark", "light"] : ["light", "dark"]) {
      card.style.colorScheme = scheme;
      if (isReadable()) return;
    }
    card.style.colorScheme = "";
    card.classList.remove("trygghet-vard");
  }
}
customElements.get("trygghet-kort") ?? customElements.define("trygghet-kort", Card);

// Frames with the card are as high as it is. They tell by themselves, and once more when they are asked.
const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(HOME.href));
addEventListener("message", ({ data, origin, source }) => {
  if (data?.trygghet !== "kort" || !(data.height > 0) || ![HOME.origin, "null"].includes(origin)) return; // "null": a frame in a sandbox
  const frame = frames().find((one) => one.contentWindow === source);
  if (frame) frame.style.height = `${Math.min(data.height, 4000)}px`;
});
for (const frame of frames()) frame.contentWindow.postMessage({ trygghet: "kort" }, "*");
