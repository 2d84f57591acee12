import { CodedError } from "@palimpsest/eventsourcing";
import type { AttachmentName } from "./attachment-name.ts";

/** No file is to be seen under a name. */
export class AttachmentNotFoundError extends CodedError {
  readonly code = "ATTACHMENT_NOT_FOUND";
  readonly attachment: AttachmentName;

  constructor(attachment: AttachmentName) {
    super(`there is no file "${attachment}"; check the spelling, or upload it`);
    this.attachment = attachment;
  }
}
