// @ts-check
/**
 * `<waymark-chat>Get help</waymark-chat>`: one line on a page, and its visitors can talk to Waymark.
 *
 * This file holds the button that opens the chat, and nothing else: the chat itself is loaded when somebody opens it. What the button says
 * is written between the tags. Attributes: `language`, `area`, `accent` (a colour), `position` (`start`, `end` or `inline`), `exit` (an
 * address), `audience` (`staff`).
 */

const server = new URL("..", import.meta.url);

const STYLE = `
:host { --accent: #1d4f91; --on-accent: #fff; font: 1rem/1.5 system-ui, sans-serif; }
:host([position="inline"]) { display: block; height: 100%; }
.launcher {
  background: var(--accent); border: 2px solid transparent; border-radius: 2rem; bottom: 1rem; box-shadow: 0 2px 8px #0006; color: var(--on-accent);
  cursor: pointer; font: inherit; font-weight: 600; inset-inline-end: 1rem; min-height: 3rem; padding: .5rem 1.25rem; position: fixed; z-index: 2147483000;
}
:host([position="start"]) .launcher { inset-inline: 1rem auto; }
.launcher:focus-visible { outline: 3px solid #fd0; outline-offset: 2px; }
[hidden] { display: none !important; }
`;

/**
 * The words of a language, from the server.
 * @param {string} language
 * @returns {Promise<import("./chat.js").Words>}
 */
async function words(language) {
  const answer = await fetch(new URL(`api/words?language=${encodeURIComponent(language)}`, server), { referrerPolicy: "no-referrer" });
  return answer.json();
}

/** A style sheet of ours, made in a way that a strict Content-Security-Policy allows. */
async function chatStyle() {
  const answer = await fetch(new URL("chat.css", import.meta.url), { referrerPolicy: "no-referrer" });
  return new CSSStyleSheet().replace(await answer.text());
}

class WaymarkChat extends HTMLElement {
  /** @type {Promise<import("./chat.js").Chat> | undefined} */
  #chat;
  #root = this.attachShadow({ mode: "open" });
  #launcher = document.createElement("button");

  connectedCallback() {
    if (this.#root.adoptedStyleSheets.length) return;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style];
    const accent = this.getAttribute("accent");
    if (accent && CSS.supports("color", accent)) this.style.setProperty("--accent", accent);
    this.#launcher.type = "button";
    this.#launcher.className = "launcher";
    this.#launcher.append(document.createElement("slot"));
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.addEventListener("click", () => this.open());
    if (this.getAttribute("position") === "inline") this.open();
    else this.#root.append(this.#launcher);
  }

  async open() {
    this.#chat ??= this.#load();
    const chat = await this.#chat;
    this.#show(true);
    chat.open();
  }

  async #load() {
    const language = this.getAttribute("language") ?? document.documentElement.lang.split("-")[0] ?? "";
    const [{ Chat }, style, known] = await Promise.all([import("./chat.js"), chatStyle(), words(language)]);
    this.#root.adoptedStyleSheets = [...this.#root.adoptedStyleSheets, style];
    const chat = new Chat(this, this.#root, server, words, known);
    chat.addEventListener("close", () => this.#show(false));
    return chat;
  }

  /** @param {boolean} opened */
  #show(opened) {
    this.#launcher.setAttribute("aria-expanded", String(opened));
    this.#launcher.hidden = opened;
    if (!opened) this.#launcher.focus();
  }
}

if (!customElements.get("waymark-chat")) customElements.define("waymark-chat", WaymarkChat);
