// @ts-check
/**
 * The plain page: talk to Waymark in a browser. It keeps nothing on the device, makes no request elsewhere, and writes text only as
 * text. The words it shows come from the page and from the server.
 */

/** @typedef {{number: string, href: string, label: string}} Phone */
/** @typedef {{id: string, name: string, description: string, phones: Phone[], hours: string, condition?: string, note?: string,
 *   url?: string, url_label?: string, source: string, seen: string}} Service */
/** @typedef {{text: string, language: string, direction: string, urgent: boolean, asks?: string, document?: string, buttons: {title: string, payload: string}[],
 *   services: Service[]}} Message */

const words = /** @type {HTMLElement} */ (document.getElementById("words")).dataset;
const log = /** @type {HTMLElement} */ (document.getElementById("log"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const buttons = /** @type {HTMLElement} */ (document.getElementById("buttons"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("form"));
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
const exit = /** @type {HTMLAnchorElement} */ (document.getElementById("exit"));
const forget = /** @type {HTMLButtonElement} */ (document.getElementById("forget"));

/** @type {string | null} */
let conversation = null;

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [content]
 */
function element(tag, className, content) {
  const made = document.createElement(tag);
  made.className = className;
  if (content) made.textContent = content;
  return made;
}

/**
 * A service in one line, beside a question: the number is in sight, the question stays in view.
 * @param {Service} service
 */
function shortCard(service) {
  const item = element("li", "service short");
  const condition = service.condition ? `${service.condition}: ` : "";
  item.append(element("span", "", `${condition}${service.name} `));
  if (service.phones[0]) item.append(call(service.phones[0]));
  return item;
}

/** @param {Service} service */
function card(service) {
  const item = element("li", "service");
  if (service.condition) item.append(element("p", "condition", service.condition));
  item.append(element("p", "name", service.name), element("p", "description", service.description));
  const phones = element("ul", "phones");
  for (const phone of service.phones) phones.append(phoneLine(phone));
  item.append(phones);
  for (const line of [service.hours, service.note]) if (line) item.append(element("p", "", line));
  if (service.url) item.append(link(service.url, service.url_label ?? service.url));
  const source = element("details", "source");
  source.append(element("summary", "", words.source), `${service.source} (${service.seen})`);
  item.append(source);
  return item;
}

/** @param {Phone} phone */
function phoneLine(phone) {
  const line = element("li", "");
  line.append(call(phone), ` ${phone.label}`);
  return line;
}

/** @param {Phone} phone */
function call(phone) {
  const made = link(phone.href, "");
  made.append(element("bdi", "", phone.number));
  return made;
}

/**
 * @param {string} address
 * @param {string} title
 */
function link(address, title) {
  const made = document.createElement("a");
  made.href = address;
  made.rel = "noreferrer";
  made.textContent = title;
  return made;
}

/**
 * @param {string} who
 * @param {string} content
 * @param {string} className
 */
function write(who, content, className) {
  const message = element("div", `message ${className}`);
  message.append(element("p", "who", who), element("p", "text", content));
  log.append(message);
  return message;
}

/** @param {Message[]} messages */
function show(messages) {
  buttons.replaceChildren();
  for (const message of messages) {
    const shown = write(words.waymark ?? "", message.text, message.urgent ? "urgent" : "");
    if (message.document) shown.querySelector(".text")?.replaceWith(paper(message));
    shown.lang = message.language;
    shown.dir = message.direction;
    const services = element("ul", "services");
    services.append(...message.services.map(message.asks ? shortCard : card));
    if (message.services.length) shown.append(services);
    for (const offered of message.buttons) buttons.append(button(offered));
  }
  // The reply is read from its beginning: what was said last stands at the top.
  [...log.querySelectorAll(".mine")].at(-1)?.scrollIntoView({ block: "start" });
}

/**
 * A summary or a card: to change here, to copy and to print. What is changed stays in this page and is sent nowhere.
 * @param {Message} message
 */
function paper(message) {
  const made = element("div", `document ${message.document}`);
  const content = document.createElement("textarea");
  content.value = message.text;
  content.rows = message.text.split("\n").length + 1;
  content.lang = message.language;
  content.dir = message.direction;
  content.setAttribute("aria-label", words.document ?? "");
  made.append(content, tool(words.copy, () => copy(content)), tool(words.print, () => print()));
  return made;
}

/** @param {HTMLTextAreaElement} content */
async function copy(content) {
  await navigator.clipboard.writeText(content.value);
  status.textContent = words.copied ?? "";
}

/**
 * @param {string | undefined} title
 * @param {() => void} act
 */
function tool(title, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = title ?? "";
  made.addEventListener("click", act);
  return made;
}

/** @param {{title: string, payload: string}} offered */
function button(offered) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = offered.title;
  made.addEventListener("click", () => send({ payload: offered.payload }, offered.title));
  return made;
}

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return answer.json();
}

async function start() {
  const reply = await post("/api/conversations", {});
  conversation = reply.conversation_id;
  return reply;
}

/**
 * @param {object} said
 * @param {string} title
 */
async function send(said, title) {
  write(words.you ?? "", title, "mine");
  status.textContent = words.waiting ?? "";
  try {
    if (!conversation) await start();
    const reply = await post(`/api/conversations/${conversation}/messages`, { ...said, message_id: crypto.randomUUID() });
    if (reply.error === "not_found") conversation = null;
    status.textContent = "";
    show(reply.messages);
  } catch {
    status.textContent = words.failed ?? "";
    if (!text.value) text.value = title;
  }
}

function end() {
  if (conversation) navigator.sendBeacon(`/api/conversations/${conversation}/end`);
  conversation = null;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  text.value = "";
  send({ text: said }, said);
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

exit.addEventListener("click", (event) => {
  event.preventDefault();
  document.body.classList.add("gone");
  end();
  log.replaceChildren();
  location.replace(exit.href);
});

forget.addEventListener("click", async () => {
  end();
  log.replaceChildren();
  buttons.replaceChildren();
  show((await start()).messages);
  text.focus();
});

// A closed page is a forgotten conversation.
addEventListener("pagehide", end);

start().then((reply) => show(reply.messages), () => { status.textContent = words.failed ?? ""; });
