import type { PageDetails } from "../application/page-details.ts";
import type { CommandOptions, EditBase, PageInput } from "../application/page-input.ts";
import type { UserId } from "../domain/current-user.ts";
import { currentUserId } from "../domain/current-user.ts";
import { assertMay, type Viewer } from "./viewer.ts";
import type { WikiParts } from "./wiki-parts.ts";

/** What a command did: the page as it is now, and the position of the log from which on everybody sees it. */
export interface Done {
  readonly page: PageDetails;
  readonly position: number;
}

// In milliseconds. What is saved is saved: whoever waits longer reads it a moment later.
const READ_YOUR_WRITES = 5_000;

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

  editPage(slug: string, edit: PageInput & EditBase, options?: CommandOptions): Promise<Done> {
    return this.#do(() => this.#parts.wiki.editPage(slug, edit, options));
  }

  renamePage(slug: string, to: string, options?: CommandOptions): Promise<Done> {
    return this.#do(() => this.#parts.wiki.updateSlug(slug, to, options));
  }

  deletePage(slug: string, options?: CommandOptions): Promise<Done> {
    return this.#do(() => this.#parts.wiki.deletePage(slug, options));
  }

  restorePage(slug: string, options?: CommandOptions & { readonly as?: string }): Promise<Done> {
    return this.#do(() => this.#parts.wiki.restorePage(slug, options));
  }

  revertPage(slug: string, version: number, options?: CommandOptions): Promise<Done> {
    return this.#do(() => this.#parts.wiki.revertPage(slug, version, options));
  }

  async #do(command: () => Promise<PageDetails>): Promise<Done> {
    assertMay(this.#viewer, "edit");
    const page = await this.#as(this.#viewer.userId, command);
    const position = await this.#parts.wiki.events.recorder.head();
    // One reads one's own writes. A read model that stands still is told in its place, and does not undo what was saved.
    await this.#parts.readModels.waitFor(position, { timeout: READ_YOUR_WRITES }).catch(() => {});
    return { page, position };
  }

  #as<T>(userId: UserId | null, work: () => Promise<T>): Promise<T> {
    return currentUserId.run(userId, work);
  }
}
