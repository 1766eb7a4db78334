// @ts-check
/** A summary to take along, or a card to show: changed here, copied, printed, saved, read aloud. It is sent nowhere. */

import { button, el } from "./elements.js";
import { copyText } from "./messages.js";

/**
 * @param {import("./chat.js").Message} said
 * @param {import("./chat.js").Chat} chat
 */
export function paper(said, chat) {
  const { page } = chat.words;
  const made = el("div", `paper ${said.document}`);
  const text = document.createElement("textarea");
  text.value = said.text;
  text.rows = Math.min(18, said.text.split("\n").length + 1);
  text.setAttribute("aria-label", page.document ?? "");
  // Every line in its own direction: a card holds two languages.
  text.dir = "auto";
  const tools = el("div", "choices");
  tools.append(
    button(page.copy, () => copyText(text.value, chat)),
    button(page.large, () => large(text.value, page)),
    button(page.print, () => large(text.value, page, true)),
    button(page.save, () => save(text.value, page.title ?? "")),
  );
  if ("speechSynthesis" in globalThis) tools.append(reader(text, page));
  made.append(text, tools);
  return made;
}

/**
 * Show the words on the whole screen, in large letters.
 * @param {string} text
 * @param {Record<string, string>} page
 * @param {boolean} [isForPaper]
 */
function large(text, page, isForPaper = false) {
  const sheet = document.createElement("dialog");
  sheet.setAttribute("aria-label", page.document ?? "");
  Object.assign(sheet.style, { background: "#fff", border: "0", boxSizing: "border-box", color: "#000", fontSize: "1.75rem", height: "100%", maxHeight: "none", maxWidth: "none", width: "100%" });
  const close = button(page.close, () => sheet.close());
  sheet.append(close);
  for (const line of text.split("\n")) {
    const said = el("p", "", line);
    said.dir = "auto";
    sheet.append(said);
  }
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
  if (isForPaper) {
    close.hidden = true;
    print();
    sheet.close();
  }
}

/**
 * @param {string} text
 * @param {string} title
 */
function save(text, title) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const file = document.createElement("a");
  file.href = address;
  file.download = `${title}.txt`;
  file.click();
  URL.revokeObjectURL(address);
}

/**
 * @param {HTMLTextAreaElement} text
 * @param {Record<string, string>} page
 */
function reader(text, page) {
  const toggle = button(page.read_aloud, () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    const said = new SpeechSynthesisUtterance(text.value);
    said.lang = "en-GB";
    said.onend = () => { toggle.textContent = page.read_aloud ?? ""; };
    toggle.textContent = page.stop_reading ?? "";
    speechSynthesis.speak(said);
  });
  return toggle;
}
