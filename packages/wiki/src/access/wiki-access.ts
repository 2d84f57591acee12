import { AttachmentAccess } from "./attachment-access.ts";
import { ChangeFeed } from "./change-feed.ts";
import { Listings } from "./listings.ts";
import { Names } from "./names.ts";
import { PageCommands } from "./page-commands.ts";
import { PageQueries } from "./page-queries.ts";
import type { Viewer } from "./viewer.ts";
import type { Addresses, WikiParts } from "./wiki-parts.ts";

/** What one viewer may ask of the wiki: reading shows what they may see, commands do what they may do. */
export interface WikiForViewer {
  readonly queries: PageQueries;
  readonly commands: PageCommands;
  readonly listings: Listings;
  readonly feed: ChangeFeed;
  readonly attachments: AttachmentAccess;
}

/** The one door to the wiki. Behind it nobody asks who the viewer is, and past it there is no way. */
export class WikiAccess {
  readonly #parts: WikiParts;
  readonly #addresses: Addresses;
  readonly #names: Names;

  constructor(parts: WikiParts, addresses: Addresses) {
    this.#parts = parts;
    this.#addresses = addresses;
    this.#names = new Names(parts.people);
  }

  /** For what is kept with names in it. */
  get namesVersion(): number {
    return this.#names.version;
  }

  for(viewer: Viewer): WikiForViewer {
    const queries = new PageQueries(this.#parts, viewer, {
      addresses: this.#addresses,
      names: this.#names,
    });
    return {
      queries,
      commands: new PageCommands(this.#parts, viewer),
      listings: new Listings(this.#parts, viewer, this.#names),
      feed: new ChangeFeed(this.#parts, viewer),
      attachments: new AttachmentAccess(this.#parts, viewer),
    };
  }
}
