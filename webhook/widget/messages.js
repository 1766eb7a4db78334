// @ts-check
/** What was said, as it stands in the log. */

import { button, el, filled, link } from "./elements.js";

/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("./chat.js").Message} Message */
/** @typedef {import("./chat.js").Service} Service */

/** @param {string} text */
export function mine(text) {
  const bubble = el("div", "bubble", text);
  bubble.dir = "auto";
  return row("mine", bubble);
}

/**
 * The row follows the panel's direction, what stands in it that of its own language.
 * @param {Message} said
 * @param {Chat} chat
 */
export function message(said, chat) {
  const bubble = el("div", "bubble");
  bubble.lang = said.language;
  bubble.dir = said.direction;
  if (said.document) {
    const place = el("div", "paper");
    bubble.append(place);
    import("./papers.js").then(({ paper }) => place.replaceWith(paper(said, chat)));
  } else if (said.text) bubble.append(el("p", "text", said.text));
  if (said.services.length) {
    const services = el("ul", "services");
    services.append(...said.services.map((service) => (said.asks ? beside(service) : card(service, chat, said.urgent))));
    bubble.append(services);
  }
  return row(said.urgent ? "urgent" : "", bubble);
}

/**
 * @param {string} className
 * @param {HTMLElement} content
 */
function row(className, content) {
  const made = el("li", `row ${className}`);
  made.append(content);
  return made;
}

/**
 * A service beside a question: the number in sight, the question still in view.
 * @param {Service} service
 */
function beside(service) {
  const item = el("li", "service beside");
  item.append(el("span", "", `${service.condition ? `${service.condition}: ` : ""}${service.name}`));
  if (service.phones[0]) item.append(call(service.phones[0]));
  return item;
}

/**
 * In danger the number comes first, else what it is for.
 * @param {Service} service
 * @param {Chat} chat
 * @param {boolean} isUrgent
 */
function card(service, chat, isUrgent) {
  const { page } = chat.words;
  const item = el("li", "service");
  if (service.condition) item.append(el("p", "condition", service.condition));
  const name = el("p", "name", service.name);
  name.lang = "en";
  const description = el("p", "", service.description);
  const phones = el("ul", "phones");
  for (const phone of service.phones) {
    const line = el("li", "");
    line.append(call(phone), ` ${phone.label} `, copier(phone.number, chat));
    phones.append(line);
  }
  if (service.text_number) phones.append(texting(service.text_number, page.text_to));
  item.append(name, ...(isUrgent ? [phones, description] : [description, phones]));
  for (const line of [service.hours, service.note]) if (line) item.append(el("p", "", line));
  if (service.url) item.append(link(service.url, service.url_label ?? service.url));
  const source = el("details", "source");
  const seen = filled(service.verified ? page.checked : page.seen, { date: service.verified ?? service.seen });
  source.append(el("summary", "", page.source), `${service.source}. ${seen}`);
  item.append(source);
  return item;
}

/** @param {{number: string, href: string}} phone */
function call(phone) {
  return link(phone.href, el("bdi", "", phone.number), "call");
}

/**
 * @param {string} number
 * @param {string | undefined} title
 */
function texting(number, title) {
  const line = el("li", "");
  line.append(link(`sms:${number.replaceAll(" ", "")}`, filled(title, { number }), "call"));
  return line;
}

/**
 * @param {string} number
 * @param {Chat} chat
 */
function copier(number, chat) {
  const copy = button(chat.words.page.copy, () => copyText(number, chat), "tool");
  copy.setAttribute("aria-label", `${chat.words.page.copy} ${number}`);
  return copy;
}

/**
 * @param {string} text
 * @param {Chat} chat
 */
export async function copyText(text, chat) {
  await navigator.clipboard.writeText(text);
  chat.say(chat.words.page.copied);
}
