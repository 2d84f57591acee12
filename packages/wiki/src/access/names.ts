import type { People } from "../accounts/people.ts";
import type { UserId } from "../domain/current-user.ts";

// A name is short, and few people write.
const MAX_NAMES = 20_000;

/** The names of people, as the directory has them; an id that it does not know is nobody's. */
export class Names {
  readonly #people: People;
  readonly #names = new Map<UserId, string>();
  readonly #unknown = new Set<UserId>();
  #version = 0;

  constructor(people: People) {
    this.#people = people;
  }

  /** Another one once it is noticed that somebody has another name than was answered. */
  get version(): number {
    return this.#version;
  }

  async of(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    const unknown = wanted.filter((id) => !this.#names.has(id));
    if (this.#names.size + unknown.length > MAX_NAMES) this.#forget();
    if (unknown.length > 0) {
      for (const { id, name } of await this.#people.find(unknown)) this.#learn(id, name);
      for (const id of unknown) if (!this.#names.has(id)) this.#unknown.add(id);
    }
    return new Map(wanted.flatMap((id) => (this.#names.has(id) ? [[id, this.#names.get(id) ?? ""]] : [])));
  }

  #learn(id: UserId, name: string): void {
    this.#names.set(id, name);
    if (this.#unknown.delete(id)) this.#version += 1;
  }

  #forget(): void {
    this.#names.clear();
    this.#unknown.clear();
    // What is asked for anew may have changed.
    this.#version += 1;
  }
}
