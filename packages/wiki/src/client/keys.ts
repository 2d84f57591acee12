/// <reference lib="dom" />
// The keys: `data-key` names the key of a link, button or field, `data-does` what it does. `?` lists them all, and so
// does a button at the end of the page, where they can be turned off: a voice control would press single keys by chance.

const SETTING = "palimpsest:keys";
const elements = [...document.querySelectorAll<HTMLElement>("[data-key]")];
let before = "";
let dialog: HTMLDialogElement | undefined;

addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.metaKey !== (event.metaKey && event.key === "Enter")) return;
  const isChord = event.ctrlKey || event.metaKey;
  const key = isChord ? `Control+${event.key}` : event.key;
  if (!isChord && (isTyping(event.target) || localStorage.getItem(SETTING) === "off")) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const sequence = before === "" ? key : `${before} ${key}`;
  before = key === "g" ? key : "";
  if (key === "?") return showKeys();
  if (key === "n" || key === "p") jump(key === "n" ? 1 : -1);
  const element = find(sequence) ?? find(key);
  if (element === undefined) return;
  event.preventDefault();
  if (element instanceof HTMLInputElement) element.select();
  else element.click();
});

function find(key: string): HTMLElement | undefined {
  return elements.find((element) => element.dataset["key"] === key && element.checkVisibility());
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** To the next change of a comparison, or the one before. */
function jump(by: 1 | -1): void {
  const changes = [...document.querySelectorAll<HTMLElement>("[data-diff] .changed")];
  const at = changes.findIndex(({ id }) => `#${id}` === location.hash);
  const next = changes[at < 0 && by < 0 ? changes.length - 1 : at + by];
  if (next !== undefined) location.hash = next.id;
}

function showKeys(): void {
  dialog ??= makeDialog();
  dialog.showModal();
}

function makeDialog(): HTMLDialogElement {
  const list = document.createElement("dl");
  const entries = elements.map(({ dataset }) => [dataset["key"] ?? "", dataset["does"] ?? ""]);
  if (document.querySelector("[data-diff]") !== null) entries.push(["n", "Next change"], ["p", "Change before"]);
  for (const [key = "", does = ""] of [...entries, ["?", "This list"]]) {
    const term = append(list, "dt", "");
    for (const part of key.split(" ")) append(term, "kbd", part);
    append(list, "dd", does);
  }
  const made = document.createElement("dialog");
  made.className = "key-list";
  made.setAttribute("aria-labelledby", "keys");
  append(made, "h2", "Keys").id = "keys";
  made.append(list);
  const label = append(append(made, "p", ""), "label", "");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = localStorage.getItem(SETTING) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
  label.append(box, " Single keys are on");
  const form = append(made, "form", "");
  form.setAttribute("method", "dialog");
  append(form, "button", "Close").className = "button";
  document.body.append(made);
  return made;
}

function append(parent: Element, name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
}

const button = append(document.querySelector(".site-footer p") ?? document.body, "button", "Keys");
button.className = "link-button";
button.addEventListener("click", showKeys);
button.before(" · ");

export {};
