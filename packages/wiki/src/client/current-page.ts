/// <reference lib="dom" />
// Moves a long tree of pages to the page that is read, where it would be out of sight.

const tree = document.querySelector<HTMLElement>(".page-tree");
const current = tree?.querySelector<HTMLElement>("[aria-current]");

// The document itself is to stay where it is, so that this is not left to scrollIntoView.
if (tree && current) {
  const top = current.getBoundingClientRect().top - tree.getBoundingClientRect().top;
  if (top + current.offsetHeight > tree.clientHeight) tree.scrollTop = top - tree.clientHeight / 3;
}

export {};
