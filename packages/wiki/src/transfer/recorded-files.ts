import { type ArchivedEvent, DamagedEventError } from "@palimpsest/eventsourcing";
import type { WikiApplication } from "../application/wiki-application.ts";
import { Attachment } from "../domain/attachment.ts";
import type { ContentHash } from "../domain/attachment-content.ts";
import type { BackedUpFile } from "./backup-lines.ts";

/** Bytes that an event refers to, by the first one that does. */
export interface RecordedFile extends BackedUpFile {
  readonly name: string;
  readonly version: number;
}

/** Gathers from the rows of a log which bytes its events refer to: all versions of all files, the same bytes once. */
export class RecordedFiles {
  readonly #wiki: WikiApplication;
  readonly #names = new Map<string, string>();
  readonly #files = new Map<ContentHash, RecordedFile>();

  constructor(wiki: WikiApplication) {
    this.#wiki = wiki;
  }

  /** Rejects as reading an event does, but where it is damaged: then nobody knows what it says. */
  add(row: ArchivedEvent): void {
    if (!row.topic.startsWith(`${Attachment.name}.`)) return;
    try {
      const event = this.#wiki.events.toDomainEvent(row);
      if (!Attachment.isEvent(event)) return;
      if (event.type === "Created") this.#names.set(event.originatorId, event.data.name);
      if (!("hash" in event.data)) return;
      const { hash, size } = event.data;
      const name = this.#names.get(event.originatorId) ?? event.originatorId;
      if (!this.#files.has(hash)) this.#files.set(hash, { hash, size, name, version: event.originatorVersion });
    } catch (error) {
      if (!(error instanceof DamagedEventError)) throw error;
    }
  }

  get all(): readonly RecordedFile[] {
    return [...this.#files.values()];
  }
}
