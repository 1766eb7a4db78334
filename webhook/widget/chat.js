// @ts-check
/**
 * The chat: what is said stays in this page's memory, and is gone with it. Texts are only ever written as text.
 */

import { message, mine } from "./messages.js";
import { Exit } from "./exit.js";
import { button, el, link } from "./elements.js";

/** @typedef {{number: string, href: string}} Number_ */
/** @typedef {{language: string, direction: string, page: Record<string, string>, emergency: Number_, helpline: Number_}} Words */
/** @typedef {{id: string, name: string, description: string, phones: {number: string, href: string, label: string}[], text_number?: string, hours: string,
 *   condition?: string, note?: string, url?: string, url_label?: string, source: string, seen: string, verified?: string}} Service */
/** @typedef {{title: string, payload: string}} Choice */
/** @typedef {{text: string, language: string, direction: string, urgent: boolean, asks?: string, document?: string, buttons: Choice[], services: Service[]}} Message */
/** @typedef {{conversation_id: string | null, language: string, error?: string, messages: Message[]}} Reply */
/** @typedef {{text?: string, payload?: string, language?: string, message_id?: string}} Said */

const SLOW_MS = 3000;
const GIVE_UP_MS = 20000;
const RETRY_MS = 1500;
const MOST_CHARACTERS = 2000;

export class Chat extends EventTarget {
  /** @type {string | null} */
  #conversation = null;
  /** @type {AbortController} */
  #stopper = new AbortController();
  #size = 1;
  /** The questions so far, to go back to. @type {{asks: string, choices: Choice[]}[]} */
  #questions = [];
  #sending = Promise.resolve();

  /**
   * @param {HTMLElement} host
   * @param {ShadowRoot} root
   * @param {URL} server
   * @param {(language: string) => Promise<Words>} load
   * @param {Words} words
   */
  constructor(host, root, server, load, words) {
    super();
    this.host = host;
    this.server = server;
    this.load = load;
    this.words = words;
    this.panel = el("section", "chat");
    this.panel.setAttribute("role", "dialog");
    this.exit = new Exit(this.panel, host.getAttribute("exit"), () => this.end(), () => this.words.page, (said) => this.say(said));
    this.numbers = el("p", "numbers");
    this.more = button("", () => this.#toggleSettings());
    this.closer = button("", () => this.close());
    this.settings = el("div", "settings");
    this.settings.hidden = true;
    this.list = document.createElement("ol");
    this.log = el("div", "log");
    this.log.setAttribute("role", "log");
    this.log.setAttribute("aria-live", "polite");
    this.log.tabIndex = 0;
    this.log.append(this.list);
    this.status = el("p", "status");
    this.status.setAttribute("role", "status");
    this.choices = el("div", "choices");
    this.choices.setAttribute("role", "group");
    this.input = document.createElement("textarea");
    this.input.rows = 2;
    this.input.dir = "auto";
    this.input.maxLength = MOST_CHARACTERS;
    this.caption = el("span", "");
    this.label = document.createElement("label");
    this.label.append(this.caption, this.input);
    this.sender = button("", () => this.form.requestSubmit());
    this.form = document.createElement("form");
    this.form.autocomplete = "off";
    this.form.append(this.label, this.sender);
    const top = el("div", "top");
    top.append(this.exit.button, this.more, ...(this.#isInline ? [] : [this.closer]), this.numbers);
    this.panel.append(top, this.settings, this.log, this.status, this.choices, this.form);
    this.#listen();
    this.#word();
    root.append(this.panel);
  }

  get #isInline() {
    return this.host.getAttribute("position") === "inline";
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      this.input.value = "";
      if (text) this.send({ text }, text);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#isInline) this.close();
    });
    // A page that was left is a conversation forgotten; one that comes back from the browser's memory begins again.
    addEventListener("pagehide", () => this.end());
    addEventListener("pageshow", (event) => { if (event.persisted) this.restart(); });
  }

  /** Write the words of the language on everything that stays. */
  #word() {
    const { page, emergency, helpline, language, direction } = this.words;
    this.host.lang = language;
    this.host.dir = direction;
    this.panel.setAttribute("aria-label", page.title ?? "");
    this.exit.word();
    this.more.textContent = page.settings ?? "";
    this.closer.textContent = page.close ?? "";
    this.log.setAttribute("aria-label", page.conversation ?? "");
    this.choices.setAttribute("aria-label", page.choose ?? "");
    this.caption.textContent = page.message ?? "";
    this.sender.textContent = page.send ?? "";
    this.numbers.replaceChildren(numberLine(page.in_danger, emergency), " ", numberLine(page.helpline, helpline));
    this.#fillSettings();
  }

  #toggleSettings() {
    this.settings.hidden = !this.settings.hidden;
    this.more.setAttribute("aria-expanded", String(!this.settings.hidden));
    this.#fillSettings();
  }

  async #fillSettings() {
    if (this.settings.hidden) return;
    const { settings } = await import("./settings.js");
    this.settings.replaceChildren(...await settings(this));
  }

  open() {
    this.panel.hidden = false;
    this.exit.listen();
    if (!this.list.children.length) this.restart();
    // The person begins to write at once; the way out is one Shift-Tab away and three Shifts.
    this.input.focus({ preventScroll: this.#isInline });
  }

  close() {
    this.panel.hidden = true;
    this.exit.ignore();
    this.dispatchEvent(new Event("close"));
  }

  /** Forget the conversation, here and on the server, and greet anew. */
  async restart() {
    this.end();
    this.list.replaceChildren();
    this.choices.replaceChildren();
    this.#questions = [];
    this.#stopper = new AbortController();
    await this.#exchange(() => this.#start(), "");
  }

  /** End the conversation: the server forgets it, also when the page is being left. */
  end() {
    this.#stopper.abort();
    if (this.#conversation) navigator.sendBeacon(new URL(`api/conversations/${this.#conversation}/end`, this.server));
    this.#conversation = null;
  }

  /** @param {number} factor */
  resize(factor) {
    this.#size = Math.min(2, Math.max(0.8, this.#size * factor));
    this.panel.style.setProperty("--size", String(this.#size));
  }

  /** @param {string} language @param {string} name */
  async speak(language, name) {
    this.words = await this.load(language);
    this.#word();
    this.send({ text: name, language }, name);
  }

  /** @param {string | undefined} text */
  say(text) {
    this.status.textContent = text ?? "";
  }

  /**
   * Send what the person said; one after the other, each kept until it is answered.
   * @param {Said} said
   * @param {string} title what is shown as said
   */
  send(said, title) {
    this.list.append(mine(title));
    this.choices.replaceChildren();
    const whole = { ...said, message_id: crypto.randomUUID() };
    const post = async () => {
      if (!this.#conversation) await this.#start();
      return this.#post(`api/conversations/${this.#conversation}/messages`, whole);
    };
    this.#sending = this.#sending.then(() => this.#exchange(post, title));
    return this.#sending;
  }

  /**
   * Get a reply and show it; if that fails, wait and try once more; if that fails too, give the words back.
   * @param {() => Promise<Reply>} get
   * @param {string} title
   */
  async #exchange(get, title) {
    const page = this.words.page;
    const slow = setTimeout(() => this.say(page.slow), SLOW_MS);
    this.say(page.waiting);
    try {
      const reply = await get().catch(() => this.#again(get));
      this.#show(reply);
      this.say("");
    } catch {
      if (this.#stopper.signal.aborted) return;
      this.say(page.failed);
      if (!this.input.value) this.input.value = title;
    } finally {
      clearTimeout(slow);
    }
  }

  /** @param {() => Promise<Reply>} get */
  async #again(get) {
    if (this.#stopper.signal.aborted) throw this.#stopper.signal.reason;
    this.say(navigator.onLine ? this.words.page.retrying : this.words.page.offline);
    await new Promise((resolve) => {
      if (navigator.onLine) setTimeout(resolve, RETRY_MS);
      else addEventListener("online", resolve, { once: true });
    });
    return get();
  }

  async #start() {
    const { host } = this;
    const wanted = { language: this.words.language, area: host.getAttribute("area"), audience: host.getAttribute("audience") };
    const reply = await this.#post("api/conversations", Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)));
    this.#conversation = reply.conversation_id;
    return reply;
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<Reply>}
   */
  async #post(path, body) {
    const signal = AbortSignal.any([this.#stopper.signal, AbortSignal.timeout(GIVE_UP_MS)]);
    const answer = await fetch(new URL(path, this.server), {
      method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" }, signal, referrerPolicy: "no-referrer",
    });
    const reply = await answer.json();
    // A conversation that the server no longer has: it says so, with the numbers, and the next message begins a new one.
    if (answer.status === 404) this.#conversation = null;
    else if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    return reply;
  }

  /** @param {Reply} reply */
  #show(reply) {
    const shown = reply.messages.map((said) => message(said, this));
    this.list.append(...shown);
    this.#offer(reply.messages.flatMap((said) => said.buttons), reply.messages.at(-1)?.asks);
    this.#follow(reply.language);
    // The reply is read from its beginning: what the person said last stands at the top.
    const last = [...this.list.querySelectorAll(".mine")].at(-1) ?? this.list.firstElementChild;
    if (last instanceof HTMLElement) this.log.scrollTop = last.offsetTop - this.log.offsetTop;
  }

  /**
   * Offer the choices of a reply; of a question also the way back to the one before, whose answer then counts anew.
   * @param {Choice[]} choices
   * @param {string | undefined} asks
   */
  #offer(choices, asks) {
    this.choices.replaceChildren(...choices.map((choice) => this.#choice(choice)));
    if (asks && this.#questions.at(-1)?.asks === asks) this.#questions.pop();
    const before = this.#questions.at(-1);
    if (asks) this.#questions.push({ asks, choices });
    if (!before?.choices.length) return;
    this.choices.append(button(this.words.page.back, () => {
      if (asks) this.#questions.pop();
      this.#offer(before.choices, before.asks);
    }));
  }

  /** @param {Choice} choice */
  #choice(choice) {
    return button(choice.title, () => {
      this.send({ payload: choice.payload }, choice.title);
      this.input.focus();
    });
  }

  /**
   * The page's own words follow the conversation into another language.
   * @param {string} language
   */
  async #follow(language) {
    if (language === this.words.language) return;
    this.words = await this.load(language);
    this.#word();
  }
}

/**
 * @param {string | undefined} title
 * @param {Number_} number
 */
function numberLine(title, number) {
  const line = el("span", "");
  line.append(`${title} `, link(number.href, el("bdi", "", number.number)));
  return line;
}
