// @ts-check

/**
 * Make an element; what it says is only ever text.
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function el(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * @param {string | undefined} title
 * @param {() => void} act
 * @param {string} [className]
 */
export function button(title, act, className = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = title ?? "";
  made.addEventListener("click", act);
  return made;
}

/**
 * @param {string} address
 * @param {string | Node} content
 * @param {string} [className]
 */
export function link(address, content, className = "") {
  const made = document.createElement("a");
  made.href = address;
  made.rel = "noreferrer noopener";
  made.className = className;
  if (!/^(tel|sms):/.test(address)) made.target = "_blank";
  made.append(content);
  return made;
}

/**
 * Fill the {placeholders} of a sentence.
 * @param {string | undefined} sentence
 * @param {Record<string, string | number>} values
 */
export function filled(sentence, values) {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
