import {
  ATTACHMENTS,
  attachmentAddress,
  attachmentHistoryAddress,
  deleteAttachmentAddress,
  restoreAttachmentAddress,
} from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import { pager } from "./pager.ts";
import { type PageEntry, pageList } from "./pages.ts";
import { type Author, authorLink } from "./people.ts";
import { countOf, formatSize, relativeTime } from "./wording.ts";

/** A file as it is now. */
export interface AttachmentEntry {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly recordedAt: number;
  readonly author: Author;
  /** Deleted files are shown to those alone who may restore them. */
  readonly deleted: boolean;
}

export interface AttachmentsModel {
  readonly attachments: readonly AttachmentEntry[];
  readonly maxSize: number;
  readonly next?: string;
  readonly isFirst: boolean;
  /** Why a file was refused. */
  readonly error?: string;
  /** The name that was typed with it. */
  readonly typed?: string;
}

/** All files. The form posts `file` and `name` (empty: that of the file) as `multipart/form-data`. */
export function attachmentsView(frame: Frame, model: AttachmentsModel): View {
  const { attachments, next, isFirst, error, typed } = model;
  return layout(frame, {
    title: "Files",
    main: html`<header class="view-header"><h1>Files</h1></header>
${frame.mayEdit && uploadForm(model.maxSize, { error, typed })}
${
  attachments.length === 0
    ? emptyState("There is no file yet.", frame.mayEdit && "Upload one, then show it in a page: ![[map.png]]")
    : html`<ul class="page-list files">
${attachments.map(
  ({ name, mediaType, size, recordedAt, author, deleted }) => html`<li>
<p class="what">${icon("file")} <a class="title" href="${attachmentHistoryAddress(name)}">${said(name)}</a>${deleted && " (deleted)"}</p>
<p class="who">${formatSize(size)} <span class="dot">·</span> ${mediaType} <span class="dot">·</span> ${relativeTime(recordedAt, frame.now)} by ${authorLink(author)}</p></li>
`,
)}</ul>`
}
${pager({
  first: isFirst ? undefined : ATTACHMENTS,
  next: next === undefined ? undefined : `${ATTACHMENTS}?after=${encodeURIComponent(next)}`,
  nextLabel: "More files",
})}`,
  });
}

function uploadForm(
  maxSize: number,
  {
    name,
    error,
    typed = "",
  }: { readonly name?: string; readonly error?: string | undefined; readonly typed?: string | undefined },
): View {
  return html`<form class="upload" method="post" action="${ATTACHMENTS}" enctype="multipart/form-data">
<div class="field"><label for="field-file">File</label>
<input id="field-file" type="file" name="file" required aria-describedby="hint-file${error !== undefined && " error-file"}"${error !== undefined && html` aria-invalid="true"`}>
${error !== undefined && html`<p class="field-error" id="error-file">${error}</p>`}
<p class="hint" id="hint-file">At most ${formatSize(maxSize)}.</p></div>
${
  name === undefined
    ? html`<div class="field"><label for="field-name">Name</label><input id="field-name" type="text" name="name" value="${typed}" maxlength="255" dir="auto" aria-describedby="hint-name"><p class="hint" id="hint-name">Empty: as the file is called.</p></div>`
    : html`<input type="hidden" name="name" value="${name}">`
}
<div class="form-actions"><button class="button" type="submit">${icon("upload")} Upload</button></div>
</form>`;
}

export interface AttachmentModel {
  readonly name: string;
  readonly mediaType: string;
  /** Whether browsers show it as a picture. */
  readonly isImage: boolean;
  readonly deleted: boolean;
  /** The newest first. */
  readonly versions: readonly {
    readonly version: number;
    readonly size: number;
    readonly recordedAt: number;
    readonly author: Author;
  }[];
  readonly maxSize: number;
  /** The pages that show it or link to it, and how many there are in all. */
  readonly pages: readonly PageEntry[];
  readonly total: number;
  readonly next?: string;
  readonly isFirst: boolean;
}

/** One file: what it is, its versions, and which pages show it. A new version is posted as a new file is. */
export function attachmentView(frame: Frame, model: AttachmentModel): View {
  const { name, mediaType, isImage, versions, deleted } = model;
  const [newest] = versions;
  return layout(frame, {
    title: name,
    main: html`<header class="view-header"><p class="back"><a href="${ATTACHMENTS}">Files</a></p>
<h1>${said(name)}</h1>
<p class="byline">${newest !== undefined && html`${formatSize(newest.size)} <span class="dot">·</span> `}${mediaType} <span class="dot">·</span> ${countOf(versions.length, "version")}</p></header>
${deleted && html`<aside class="banner" aria-label="Deleted"><p>${icon("trash")} <strong>This file is deleted.</strong> Its versions are kept.</p>${frame.mayEdit && html`<form class="banner-actions" method="post" action="${restoreAttachmentAddress(name)}"><button class="button" type="submit">${icon("restore")} Restore</button></form>`}</aside>`}
${!deleted && isImage && html`<p class="file-preview"><img src="${attachmentAddress(name)}" alt=""></p>`}
${
  !deleted &&
  html`<p class="form-actions"><a class="button" href="${attachmentAddress(name)}">${icon("file")} Open the file</a></p>
<p class="hint">In a page: <code>${isImage ? "!" : ""}[[${name}]]</code></p>`
}
${shownBy(model, frame)}
<h2>Versions</h2>
<ol class="changes">
${versions.map(
  ({
    version,
    size,
    recordedAt,
    author,
  }) => html`<li class="change"><p class="what"><a class="title" href="${attachmentAddress(name, version)}">Version ${version}</a> <span class="growth same">${formatSize(size)}</span></p>
<p class="who">${relativeTime(recordedAt, frame.now)} by ${authorLink(author)}</p></li>
`,
)}</ol>
${frame.mayEdit && html`<h2>New version</h2>${uploadForm(model.maxSize, { name })}`}
${frame.mayEdit && !deleted && html`<form method="post" action="${deleteAttachmentAddress(name)}">${model.total > 0 && html`<p class="hint">${countOf(model.total, "page shows or links to it", "pages show or link to it")}: where it is deleted, its name alone stands there.</p>`}<p class="form-actions"><button class="button" type="submit">${icon("trash")} Delete the file</button></p></form>`}`,
  });
}

function shownBy({ name, deleted, pages, total, next, isFirst }: AttachmentModel, { now }: Frame): View {
  return html`<h2>Pages</h2>
${total === 0 ? html`<p>No page shows it or links to it.</p>` : html`<p class="hint">${countOf(total, "page shows or links to it", "pages show or link to it")}${deleted && ", in vain while it is deleted"}.</p>${pageList(pages, now)}`}
${pager({
  first: isFirst ? undefined : attachmentHistoryAddress(name),
  next: next === undefined ? undefined : attachmentHistoryAddress(name, next),
  nextLabel: "More pages",
})}`;
}
