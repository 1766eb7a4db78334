// @ts-check
/**
 * The way out: a button that is always there, or the Shift key three times. The page is blank at once, the conversation is deleted on
 * the server, and another page takes this one's place, so that "back" does not lead here. The browser's history is not erased.
 */

import { button, el, filled } from "./elements.js";

const PRESSES = 3;
const WITHIN_MS = 5000;
const ELSEWHERE = "https://www.bbc.co.uk/weather";

export class Exit {
  #pressed = 0;
  #timer = 0;

  /**
   * @param {HTMLElement} panel
   * @param {string | null} address
   * @param {() => void} end
   * @param {() => Record<string, string>} words
   * @param {(said: string) => void} say
   */
  constructor(panel, address, end, words, say) {
    this.panel = panel;
    this.address = /^https?:/.test(address ?? "") ? /** @type {string} */ (address) : ELSEWHERE;
    this.end = end;
    this.words = words;
    this.say = say;
    this.button = button("", () => this.leave(), "exit");
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.#count(event);
  }

  word() {
    this.button.textContent = this.words().exit ?? "";
    this.button.title = this.words().exit_how ?? "";
  }

  listen() {
    document.addEventListener("keyup", this.onKey, true);
  }

  ignore() {
    document.removeEventListener("keyup", this.onKey, true);
  }

  leave() {
    this.end();
    this.panel.replaceChildren(el("div", "gone"));
    const { host } = /** @type {ShadowRoot} */ (this.panel.getRootNode());
    for (const child of [...document.body.children]) if (!child.contains(host)) child.remove();
    document.title = new URL(this.address).hostname;
    const policy = document.createElement("meta");
    policy.name = "referrer";
    policy.content = "no-referrer";
    document.head.append(policy);
    location.replace(this.address);
  }

  /** @param {KeyboardEvent} event */
  #count(event) {
    // A host page with its own such key (GOV.UK's) is left to it.
    if (event.key !== "Shift" || document.body.dataset.govukFrontendExitThisPageKeypress) return;
    clearTimeout(this.#timer);
    this.#pressed += 1;
    if (this.#pressed === PRESSES) {
      this.leave();
      return;
    }
    this.say(filled(this.words().exit_progress, { pressed: this.#pressed }));
    this.#timer = setTimeout(() => { this.#pressed = 0; this.say(""); }, WITHIN_MS);
  }
}
