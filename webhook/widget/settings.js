// @ts-check
/** Language, size of the letters, safety of the device, and forgetting: loaded when somebody looks for them. */

import { button, el } from "./elements.js";

const DEVICE_SAFETY = "/ask_privacy{\"topic\": \"device-safety\"}"; // every greeting offers it

/**
 * @param {import("./chat.js").Chat} chat
 * @returns {Promise<HTMLElement[]>}
 */
export async function settings(chat) {
  const { page, language } = chat.words;
  const answer = await fetch(new URL("api/languages", chat.server), { referrerPolicy: "no-referrer" });
  /** @type {{code: string, name: string, direction: string, status: string}[]} */
  const languages = await answer.json();
  const chooser = document.createElement("select");
  for (const known of languages) {
    const option = new Option(known.name, known.code, false, known.code === language);
    option.lang = known.code;
    chooser.append(option);
  }
  chooser.addEventListener("change", () => {
    const chosen = languages.find((known) => known.code === chooser.value);
    if (chosen) chat.speak(chosen.code, chosen.name);
  });
  const label = document.createElement("label");
  label.append(page.language ?? "", chooser);
  const sizes = el("div", "sizes");
  sizes.append(button(page.smaller, () => chat.resize(0.8)), button(page.larger, () => chat.resize(1.25)));
  const draft = languages.find((known) => known.code === language)?.status === "draft" ? [el("p", "small", page.draft)] : [];
  return [
    label, ...draft, sizes,
    button(page.device_safety, () => chat.send({ payload: DEVICE_SAFETY }, page.device_safety ?? "")),
    button(page.forget, () => chat.restart()),
    el("p", "small", `${page.kept} ${page.history} ${page.exit_how}`),
  ];
}
