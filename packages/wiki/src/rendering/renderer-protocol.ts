import type { LinkRenaming } from "../markup/rename-links.ts";
import type { RenderedPage } from "../markup/rendered-page.ts";
import type { PageText, References } from "./page-text.ts";
import type { WikiFacts } from "./wiki-facts.ts";

/** What the thread is asked, one at a time. */
export type Request =
  | { readonly kind: "read"; readonly pages: readonly PageText[] }
  | { readonly kind: "render"; readonly page: PageText; readonly facts: WikiFacts }
  | { readonly kind: "rename"; readonly text: string; readonly renaming: LinkRenaming };

export type Answer<R extends Request> = R extends { readonly kind: "read" }
  ? readonly References[]
  : R extends { readonly kind: "render" }
    ? RenderedPage
    : string;

/** What the thread tells. */
export type FromThread =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly answer: Answer<Request> }
  /** A defect of ours: every text can be rendered. */
  | { readonly kind: "failure"; readonly message: string };
