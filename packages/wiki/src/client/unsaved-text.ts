/// <reference lib="dom" />
// Asks before text is left that is not saved. A form that came back with what was typed is unsaved from the start.

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-unsaved]")) {
  const before = textOf(form);
  let isSending = false;
  form.addEventListener("submit", () => {
    isSending = true;
  });
  // Back from the page that it was sent to: the browser kept this one as it was.
  addEventListener("pageshow", () => {
    isSending = false;
  });
  addEventListener("beforeunload", (event) => {
    const isUnsaved = form.dataset["unsaved"] === "yes" || textOf(form) !== before;
    if (isUnsaved && !isSending) event.preventDefault();
  });
}

function textOf(form: HTMLFormElement): string {
  return JSON.stringify([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

export {};
