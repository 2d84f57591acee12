/// <reference lib="dom" />
// Theme, text size and width as the reader chose them; the browser keeps them. A plain script in the head and no module:
// what it sets must be there before anything is painted, or every page would flash.

(() => {
  const SETTING = "palimpsest:";
  const NAMES = ["theme", "size", "width"];
  const root = document.documentElement;

  function apply(): void {
    for (const name of NAMES) {
      const chosen = localStorage.getItem(SETTING + name);
      if (chosen === null) delete root.dataset[name];
      else root.dataset[name] = chosen;
    }
    for (const input of document.querySelectorAll<HTMLInputElement>(".display-menu input")) {
      input.checked = input.value === (root.dataset[input.name] ?? "");
    }
  }

  apply();
  // The menu is of use only where this runs.
  root.dataset["display"] = "";
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement && target.closest(".display-menu"))) return;
    if (target.value === "") localStorage.removeItem(SETTING + target.name);
    else localStorage.setItem(SETTING + target.name, target.value);
    apply();
  });
  // Also when a page comes back that was left before the choice, and when it was made in another window.
  addEventListener("pageshow", apply);
  addEventListener("storage", apply);
})();
