import { type AggregateOf, defineAggregate, defineLog, NAMESPACE_URL, nothing, uuid5 } from "@palimpsest/eventsourcing";
import { type AttachmentContent, ContentHash, ContentSize, MediaType } from "./attachment-content.ts";
import { AttachmentName } from "./attachment-name.ts";
import { currentUserId, type UserId } from "./current-user.ts";

export interface AttachmentState extends AttachmentContent {
  readonly name: AttachmentName;
  /** Deleted is hidden, not gone: the file can be restored. */
  readonly deleted: boolean;
  readonly modifiedBy: UserId | null;
}

const Content = { hash: ContentHash, size: ContentSize, type: MediaType };

/**
 * A file of the wiki. Its bytes are not in the log, their hash is. Its id is a function of its name, so that a page that
 * shows a file finds it without a listing, and two people who upload one name at once meet in one aggregate.
 */
export const Attachment = defineAggregate({
  name: "Attachment",
  id: ({ name }: { readonly name: AttachmentName }) => uuid5(NAMESPACE_URL, `/attachments/${name}`),
  context: { userId: currentUserId },
  events: {
    Created: { name: AttachmentName, ...Content },
    Replaced: Content,
    Deleted: {},
    Restored: {},
  },
  create: ({ name, hash, size, type }): AttachmentState => ({
    ...{ name, hash, size, type },
    deleted: false,
    modifiedBy: null,
  }),
  apply: {
    Replaced: (file, { hash, size, type }) => ({ ...file, hash, size, type }),
    Deleted: (file) => ({ ...file, deleted: true }),
    Restored: (file) => ({ ...file, deleted: false }),
  },
  applyEvery: (file, { userId }) => ({ ...file, modifiedBy: userId }),
  commands: (event) => ({
    replace: (file, { hash, size, type }: AttachmentContent) =>
      hash === file.hash && type === file.type ? nothing : event.Replaced({ hash, size, type }),
    delete: (file) => (file.deleted ? nothing : event.Deleted({})),
    restore: (file) => (file.deleted ? event.Restored({}) : nothing),
  }),
});

export type AttachmentAggregate = AggregateOf<typeof Attachment>;
export type AttachmentEvent = AttachmentAggregate["pendingEvents"][number];

/** The files in the order of their creation. */
export const attachmentLog = defineLog({
  name: "AttachmentLogged",
  id: uuid5(NAMESPACE_URL, "/attachment_log"),
  event: { name: AttachmentName },
});
