import {
  type Application,
  CodedError,
  type RecordedDomainEvent,
  retryOnConflict,
  type Saveable,
} from "@palimpsest/eventsourcing";
import {
  Attachment,
  type AttachmentAggregate,
  type AttachmentEvent,
  type AttachmentState,
  attachmentLog,
} from "../domain/attachment.ts";
import type { AttachmentContent } from "../domain/attachment-content.ts";
import { AttachmentNotFoundError } from "../domain/attachment-errors.ts";
import { type AttachmentName, toAttachmentName } from "../domain/attachment-name.ts";
import type { UserId } from "../domain/current-user.ts";
import { Lanes } from "./lanes.ts";
import { toVersionNumber } from "./page-input.ts";

/** A file as it is, or as one of its versions was. */
export interface AttachmentDetails extends AttachmentState {
  readonly version: number;
}

/** One version in a file's history. */
export interface AttachmentVersion {
  readonly version: number;
  readonly type: AttachmentEvent["type"];
  /** What it held from then on; undefined where that stayed as it was. */
  readonly content: AttachmentContent | undefined;
  readonly userId: UserId | null;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
}

/** A file as it is, and when it was last changed, in milliseconds since 1970. */
export interface ListedAttachment extends AttachmentDetails {
  readonly recordedAt: number;
}

/** Files, the newest first. */
export interface AttachmentListing {
  readonly attachments: readonly ListedAttachment[];
  /** Where the next part begins; undefined at the end. */
  readonly next: number | undefined;
}

const LISTING_BATCH = 500;

/**
 * The commands and queries on files. Names are checked: `InvalidInputError`. What is put must be kept already, where bytes
 * are kept: an event never names bytes that are not there.
 */
export class Attachments {
  readonly #events: Application;
  readonly #lanes = new Lanes();

  constructor(events: Application) {
    this.#events = events;
  }

  /** Makes a file, or gives it another content; one that was deleted comes back. */
  put(name: string, content: AttachmentContent): Promise<AttachmentDetails> {
    return this.#execute(toAttachmentName(name), (canonical, file) => {
      if (!file) return Attachment.create({ name: canonical, ...content });
      file.restore();
      file.replace(content);
      return file;
    });
  }

  /** Hides a file; it can be restored. Rejects with `AttachmentNotFoundError`. */
  delete(name: string): Promise<AttachmentDetails> {
    return this.#execute(toAttachmentName(name), (canonical, file) => {
      if (!file || file.state.deleted) throw new AttachmentNotFoundError(canonical);
      file.delete();
      return file;
    });
  }

  /** Rejects with `AttachmentNotFoundError`. */
  restore(name: string): Promise<AttachmentDetails> {
    return this.#execute(toAttachmentName(name), (canonical, file) => {
      if (!file) throw new AttachmentNotFoundError(canonical);
      file.restore();
      return file;
    });
  }

  /** A file as it is, deleted ones too, or as one of its versions was. Rejects with `AttachmentNotFoundError`, `VersionNotFoundError`. */
  async get(name: string, version?: number): Promise<AttachmentDetails> {
    const canonical = toAttachmentName(name);
    const current = await this.#events.repository.find(Attachment, Attachment.idOf({ name: canonical }));
    if (!current) throw new AttachmentNotFoundError(canonical);
    if (version === undefined) return toDetails(current);
    return toDetails(await this.#events.repository.get(Attachment, current.id, { version: toVersionNumber(version) }));
  }

  /** Those of some names that are files, and not deleted. */
  async existing(names: readonly AttachmentName[]): Promise<ReadonlySet<AttachmentName>> {
    const ids = [...new Set(names)].map((name) => Attachment.idOf({ name }));
    const found = await this.#events.repository.getMany(Attachment, ids);
    return new Set([...found.values()].flatMap(({ state }) => (state.deleted ? [] : [state.name])));
  }

  /** What became of a file, oldest first; empty where there is none. */
  async history(name: string): Promise<readonly AttachmentVersion[]> {
    const id = Attachment.idOf({ name: toAttachmentName(name) });
    return (await this.#events.repository.history(Attachment, id)).map(toVersion);
  }

  /** Files in the order of their creation, the newest first; deleted ones where they are asked for. */
  async list({
    before,
    limit,
    deleted,
  }: {
    readonly before?: number | undefined;
    readonly limit: number;
    readonly deleted: boolean;
  }): Promise<AttachmentListing> {
    const attachments: AttachmentAggregate[] = [];
    const until = async (next: number | undefined) => ({
      attachments: await Promise.all(attachments.map((file) => this.#listed(file))),
      next,
    });
    let place = before;
    while (true) {
      const batch = Math.min(limit + 1 - attachments.length, LISTING_BATCH);
      const range = { desc: true, limit: batch, ...(place === undefined ? {} : { lte: place - 1 }) };
      const logged = place === 1 ? [] : await this.#events.log(attachmentLog).select(range);
      const ids = logged.map(({ data }) => Attachment.idOf({ name: data.name }));
      const found = await this.#events.repository.getMany(Attachment, ids);
      for (const [i, id] of ids.entries()) {
        const file = found.get(id);
        if (!file || (file.state.deleted && !deleted)) continue;
        // It would be the first of the next part, which begins before what was looked at last.
        if (attachments.length === limit) return until((logged[i]?.originatorVersion ?? 0) + 1);
        attachments.push(file);
      }
      if (logged.length < batch) return until(undefined);
      place = logged.at(-1)?.originatorVersion;
    }
  }

  /**
   * The content of every version of every file. Rejects where events cannot be read; with `onUnreadable`, the file that they
   * are of is passed over.
   */
  async *contents({
    onUnreadable,
  }: {
    readonly onUnreadable?: (name: AttachmentName, error: CodedError) => void;
  } = {}): AsyncGenerator<AttachmentContent & { readonly name: AttachmentName; readonly version: number }> {
    for (let after = 0; ; ) {
      const logged = await this.#events.log(attachmentLog).select({ gt: after, limit: LISTING_BATCH });
      for (const { data } of logged) {
        const versions = await this.history(data.name).catch((error: unknown) => {
          if (!onUnreadable || !(error instanceof CodedError)) throw error;
          onUnreadable(data.name, error);
          return [];
        });
        for (const { version, content } of versions) if (content) yield { name: data.name, version, ...content };
      }
      if (logged.length < LISTING_BATCH) return;
      after = logged.at(-1)?.originatorVersion ?? after;
    }
  }

  async #listed(file: AttachmentAggregate): Promise<ListedAttachment> {
    const last = { after: file.version - 1, upTo: file.version };
    const [event] = await this.#events.repository.history(Attachment, file.id, last);
    return { ...toDetails(file), recordedAt: event?.recordedAt ?? 0 };
  }

  #execute(
    name: AttachmentName,
    command: (name: AttachmentName, file: AttachmentAggregate | undefined) => AttachmentAggregate,
  ): Promise<AttachmentDetails> {
    const run = async () => {
      const before = await this.#events.repository.find(Attachment, Attachment.idOf({ name }));
      const file = command(name, before);
      const saved: readonly Saveable[] = before ? [file] : [file, attachmentLog.event({ name })];
      if (file.pendingEvents.length > 0) await this.#events.save(...saved);
      return toDetails(file);
    };
    // Commands on one file wait for each other here, so that only those of other nodes can be faster.
    return this.#lanes.run(name, () => retryOnConflict(run));
  }
}

function toDetails({ version, state }: AttachmentAggregate): AttachmentDetails {
  return { version, ...state };
}

function toVersion(event: RecordedDomainEvent<AttachmentEvent>): AttachmentVersion {
  const { type, originatorVersion: version, data, recordedAt } = event;
  const content = "hash" in data ? { hash: data.hash, size: data.size, type: data.type } : undefined;
  return { version, type, content, userId: data.userId, recordedAt };
}
