import type { PageDetails } from "../application/page-details.ts";
import type { CommandOptions, EditBase, PageInput } from "../application/page-input.ts";
import type { UserId } from "../domain/current-user.ts";
import { currentUserId } from "../domain/current-user.ts";
import { PageNotFoundError } from "../domain/page-errors.ts";
import { type Renaming, renameWithLinks } from "./page-renaming.ts";
import { assertMay, type Viewer } from "./viewer.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** What a command did: the page as it is now, and the position of the log from which on everybody sees it. */
export interface Done {
  readonly page: PageDetails;
  readonly position: number;
}

// A page that is renamed again and again while somebody writes: after so often it is not followed any more.
const MAX_MOVES = 3;

/** The commands on pages, for one viewer. All reject with `NotPermittedError` before anything else. */
export class PageCommands {
  readonly #parts: WikiParts;
  readonly #viewer: Viewer;

  constructor(parts: WikiParts, viewer: Viewer) {
    this.#parts = parts;
    this.#viewer = viewer;
  }

  /** See `WikiApplication` for what each rejects with. */
  createPage(
    page: { readonly title: string; readonly slug: string; readonly body?: string; readonly tags?: readonly string[] },
    options?: CommandOptions,
  ): Promise<Done> {
    return this.#do(() => this.#parts.wiki.createPage(page, options));
  }

  /** An edit that names the page by its id reaches it too where it has been renamed since it was read. */
  editPage(slug: string, edit: PageInput & EditBase, options?: CommandOptions): Promise<Done> {
    return this.#do(() => follow(slug, edit, (at) => this.#parts.wiki.editPage(at, edit, options)));
  }

  /** Gives a page another slug, or title; and where that is asked for, brings the links to it along. */
  renamePage(slug: string, renaming: Renaming, options?: CommandOptions): Promise<Done> {
    return this.#do(() => follow(slug, renaming, (at) => renameWithLinks(this.#parts, at, renaming, options)));
  }

  deletePage(slug: string, options: CommandOptions & EditBase = {}): Promise<Done> {
    return this.#do(() => follow(slug, options, (at) => this.#parts.wiki.deletePage(at, options)));
  }

  restorePage(slug: string, options?: CommandOptions & EditBase & { readonly as?: string }): Promise<Done> {
    return this.#do(() => this.#parts.wiki.restorePage(slug, options));
  }

  revertPage(slug: string, version: number, options: CommandOptions & EditBase = {}): Promise<Done> {
    return this.#do(() => follow(slug, options, (at) => this.#parts.wiki.revertPage(at, version, options)));
  }

  async #do(command: () => Promise<PageDetails>): Promise<Done> {
    assertMay(this.#viewer, "edit");
    const page = await this.#as(this.#viewer.userId, command);
    return { page, position: await this.#parts.wiki.events.recorder.head() };
  }

  #as<T>(userId: UserId | null, work: () => Promise<T>): Promise<T> {
    return currentUserId.run(userId, work);
  }
}

/** Goes after a page that is known by its id to the slug that it has by now. */
async function follow(
  slug: string,
  { pageId }: EditBase,
  command: (slug: string) => Promise<PageDetails>,
): Promise<PageDetails> {
  let at = slug;
  for (let move = 1; ; move++) {
    try {
      return await command(at);
    } catch (error) {
      const movedTo = error instanceof PageNotFoundError ? error.movedTo : undefined;
      if (pageId === undefined || movedTo === undefined || movedTo === at || move > MAX_MOVES) throw error;
      at = movedTo;
    }
  }
}
