import { ATTACHMENTS, attachmentAddress, attachmentHistoryAddress, pageAddress } from "./addresses.ts";
import { emptyState } from "./empty-state.ts";
import { html, said, type View } from "./html.ts";
import { icon } from "./icons.ts";
import { type Frame, layout } from "./layout.ts";
import type { PageName } from "./page-header.ts";
import { pager } from "./pager.ts";
import { type Author, authorLink } from "./people.ts";
import { countOf, formatSize, relativeTime } from "./wording.ts";

/** A file as it is now. */
export interface AttachmentEntry {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly recordedAt: number;
  readonly author: Author;
}

export interface AttachmentsModel {
  readonly attachments: readonly AttachmentEntry[];
  readonly total: number;
  readonly maxSize: number;
  readonly next?: string;
  readonly isFirst: boolean;
  /** Why a file was refused. */
  readonly error?: string;
}

/** All files. The form posts `file` and `name` (empty: that of the file) as `multipart/form-data`. */
export function attachmentsView(frame: Frame, model: AttachmentsModel): View {
  const { attachments, total, next, isFirst, error } = model;
  return layout(frame, {
    title: "Files",
    main: html`<header class="view-header"><h1>Files</h1>${total > 0 && html`<p class="byline">${countOf(total, "file")}</p>`}</header>
${frame.mayEdit && uploadForm(ATTACHMENTS, model.maxSize, error, "")}
${
  attachments.length === 0
    ? emptyState("There is no file yet.", frame.mayEdit && "Upload one, then show it in a page: ![[map.png]]")
    : html`<ul class="page-list files">
${attachments.map(
  ({ name, mediaType, size, recordedAt, author }) => html`<li>
<p class="what">${icon("file")} <a class="title" href="${attachmentHistoryAddress(name)}">${said(name)}</a></p>
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

function uploadForm(address: string, maxSize: number, error: string | undefined, name: string): View {
  return html`<form class="upload" method="post" action="${address}" enctype="multipart/form-data">
<div class="field"><label for="field-file">File</label>
<input id="field-file" type="file" name="file" required aria-describedby="hint-file${error !== undefined && " error-file"}"${error !== undefined && html` aria-invalid="true"`}>
${error !== undefined && html`<p class="field-error" id="error-file">${error}</p>`}
<p class="hint" id="hint-file">At most ${formatSize(maxSize)}.</p></div>
${
  name === ""
    ? html`<div class="field"><label for="field-name">Name</label><input id="field-name" type="text" name="name" maxlength="200" dir="auto" aria-describedby="hint-name"><p class="hint" id="hint-name">Empty: as the file is called.</p></div>`
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
  readonly usedBy: readonly PageName[];
  readonly maxSize: number;
  readonly error?: string;
}

/** One file: what it is, what shows it, and its versions. A new one is posted as a new file is. */
export function attachmentView(frame: Frame, model: AttachmentModel): View {
  const { name, mediaType, isImage, versions, usedBy } = model;
  const [newest] = versions;
  return layout(frame, {
    title: name,
    main: html`<header class="view-header"><p class="back"><a href="${ATTACHMENTS}">Files</a></p>
<h1>${said(name)}</h1>
<p class="byline">${newest !== undefined && html`${formatSize(newest.size)} <span class="dot">·</span> `}${mediaType} <span class="dot">·</span> ${countOf(versions.length, "version")}</p></header>
${model.deleted && html`<aside class="banner" aria-label="Deleted"><p>${icon("trash")} <strong>This file is deleted.</strong> Its versions are kept.</p></aside>`}
${!model.deleted && isImage && html`<p class="file-preview"><img src="${attachmentAddress(name)}" alt=""></p>`}
${
  !model.deleted &&
  html`<p class="form-actions"><a class="button" href="${attachmentAddress(name)}">${icon("file")} Open the file</a></p>
<p class="hint">In a page: <code>${isImage ? "!" : ""}[[${name}]]</code></p>`
}
<h2>Used by</h2>
${usedBy.length === 0 ? html`<p>No page uses it.</p>` : html`<ul>${usedBy.map(({ slug, title }) => html`<li><a href="${pageAddress(slug)}">${said(title)}</a></li>\n`)}</ul>`}
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
${frame.mayEdit && html`<h2>New version</h2>${uploadForm(ATTACHMENTS, model.maxSize, model.error, name)}`}`,
  });
}
