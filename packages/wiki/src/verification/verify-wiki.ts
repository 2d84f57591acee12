import type { CodedError } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import { type Amount, amountOf, findUnusedContent } from "../attachments/unused-content.ts";
import { verifyAttachments } from "../attachments/verify-attachments.ts";
import type { ReadModelName, ReadModels } from "../read-models/read-models.ts";
import type { Finding } from "./finding.ts";
import { verifyLog } from "./verify-log.ts";
import { verifyPages } from "./verify-pages.ts";
import { verifyReadModels } from "./verify-read-models.ts";

/** How a wiki is verified. */
export interface VerifyOptions {
  /** Whether to leave out what is derived from the log. */
  readonly logOnly?: boolean;
  readonly signal?: AbortSignal;
  /** `step` says of what so many are done. */
  readonly onProgress?: (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;
}

/** What was checked, and what is wrong. */
export interface VerificationSummary {
  readonly logId: string;
  readonly epoch: string;
  /** The last position. */
  readonly position: number;
  readonly events: number;
  readonly pages: number;
  /** The versions of files. */
  readonly files: number;
  /** What uploads have left behind that were cut or never recorded. It harms nothing. */
  readonly unused: Amount;
  readonly models: readonly ReadModelName[];
  readonly findings: readonly Finding[];
}

/** Checks the log, the pages and all that is derived from them. */
export async function verifyWiki(
  {
    wiki,
    readModels,
    files: store,
  }: { readonly wiki: WikiApplication; readonly readModels: ReadModels; readonly files: AttachmentStore },
  { logOnly = false, signal, onProgress }: VerifyOptions = {},
): Promise<VerificationSummary> {
  const { recorder } = wiki.events;
  const position = await recorder.head();
  const work = (step: string) => ({
    ...(signal ? { signal } : {}),
    onProgress: (done: { readonly done: number; readonly total: number }) => onProgress?.({ step, ...done }),
  });
  const log = await verifyLog(wiki, position, work("events"));
  const pages = await verifyPages(wiki, work("pages"));
  const files = await verifyFiles(wiki, store, signal);
  const models = logOnly
    ? []
    : await verifyReadModels(wiki, readModels, {
        signal,
        onProgress: (step, done) =>
          onProgress?.({ step: step === "deriving" ? "events derived anew" : `answers of ${step}`, ...done }),
      });
  return {
    ...{
      ...recorder.log,
      position,
      events: log.events,
      pages: pages.pages,
      files: files.versions,
      unused: files.unused,
    },
    models: logOnly ? [] : readModels.names,
    findings: [...log.findings, ...pages.findings, ...files.findings, ...models],
  };
}

async function verifyFiles(wiki: WikiApplication, store: AttachmentStore, signal: AbortSignal | undefined) {
  const findings: Finding[] = [];
  const onUnreadable = (name: string, error: CodedError) =>
    findings.push({ check: "file", message: `the versions of ${name} cannot be read: ${error.message}` });
  const contents = wiki.attachments.contents({ onUnreadable });
  const { versions, damaged } = await verifyAttachments(store, contents, signal ? { signal } : {});
  const isReadable = findings.length === 0;
  for (const { name, version, error } of damaged) {
    findings.push({ check: "file", message: `version ${version} of ${name}: ${error.message}` });
  }
  // What an event refers to that cannot be read is not known.
  const unused = isReadable ? await findUnusedContent(store, () => wiki.attachments.contents()) : [];
  return { versions, findings, unused: amountOf(unused) };
}
