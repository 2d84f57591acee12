import type { People } from "../accounts/people.ts";
import type { WikiApplication } from "../application/wiki-application.ts";
import type { AttachmentStore } from "../attachments/attachment-store.ts";
import type { ReadModels } from "../read-models/read-models.ts";
import type { Renderer } from "../rendering/renderer.ts";

/** What the wiki is made of, below everything that is asked of it. */
export interface WikiParts {
  readonly wiki: WikiApplication;
  readonly readModels: ReadModels;
  readonly renderer: Renderer;
  readonly people: People;
  /** The bytes of attachments. */
  readonly files: AttachmentStore;
}

/** How addresses are written, which is not known here. */
export interface Addresses {
  page(slug: string): string;
  source(slug: string): string;
  attachment(name: string): string;
}
