import { pageAddress, pagesAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";
import { formatNumber } from "./wording.ts";

/** A place in the tree that slugs make: a page, a folder of pages, or both. */
export interface TreeNode {
  readonly slug: string;
  /** The page's title, or where no page has this slug its last name. */
  readonly name: string;
  readonly isPage: boolean;
  readonly isCurrent: boolean;
  /** How many pages are below. */
  readonly pagesBelow: number;
  /** What is shown below: nothing where the branch is closed. */
  readonly children: readonly TreeNode[];
  /** Whether places are left out before it. */
  readonly isAfterGap: boolean;
}

export function pageTree(nodes: readonly TreeNode[]): View | undefined {
  if (nodes.length === 0) return undefined;
  return html`<nav class="page-tree" aria-label="Pages">
${treeLevel(nodes)}
<p><a href="${pagesAddress()}">All pages</a></p>
</nav>`;
}

function treeLevel(nodes: readonly TreeNode[]): View {
  return html`<ul>\n${nodes.map((node) => html`${node.isAfterGap && gapBefore(node)}<li>${treeLine(node)}${node.children.length > 0 && treeLevel(node.children)}</li>\n`)}</ul>`;
}

function treeLine({ slug, name, isPage, isCurrent, pagesBelow, children }: TreeNode): View {
  const under = pagesAddress({ under: slug });
  return html`<a href="${isPage ? pageAddress(slug) : under}"${isCurrent && html` aria-current="page"`}>${said(name)}</a>${
    pagesBelow > 0 &&
    children.length === 0 &&
    html` <a class="below" href="${under}" aria-label="${formatNumber(pagesBelow)} below ${name}">${formatNumber(pagesBelow)}</a>`
  }`;
}

function gapBefore({ slug }: TreeNode): View {
  const end = slug.lastIndexOf("/");
  const under = end < 0 ? undefined : slug.slice(0, end);
  return html`<li><a href="${pagesAddress({ under })}" aria-label="All pages of this branch">…</a></li>\n`;
}
