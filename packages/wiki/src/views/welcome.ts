import { API, HOME, newPageAddress } from "./addresses.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";

export interface WelcomeModel {
  /** Where the home page would be. */
  readonly homeSlug: string;
}

/** A wiki without a page: what to do first. */
export function welcomeView(frame: Frame, { homeSlug }: WelcomeModel): View {
  return layout(frame, {
    title: "Welcome",
    canonical: HOME,
    main: html`<div class="welcome">
<h1>Welcome to ${said(frame.wikiName)}</h1>
<p class="lead">The wiki is ready, and has no page yet. Whatever is written here keeps every one of its versions: nothing can be spoilt.</p>
${
  frame.mayEdit &&
  html`<p class="form-actions"><a class="button primary" href="${newPageAddress({ slug: homeSlug, title: "Home" })}">${icon("edit")} Write the home page</a></p>
<h2>Or bring what you have</h2>
<p>From a folder of Markdown files, or from a Git repository with its whole history and authors:</p>
<pre tabindex="0"><code>palimpsest import markdown ./notes
palimpsest import git ./notes.git</code></pre>`
}
<h2>How it works</h2>
<ul>
<li>Pages are Markdown. <code>[[Another page]]</code> makes a link; one to a page that is not there yet leads to a form that creates it.</li>
<li>A slash in an address puts a page below another: <code>guides/start</code>.</li>
<li>Press <kbd>?</kbd> for the keys. Programs use the <a href="${API}">API</a>.</li>
</ul>
</div>`,
  });
}
