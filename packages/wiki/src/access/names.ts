import type { People } from "../accounts/people.ts";
import type { UserId } from "../domain/current-user.ts";

// A name is short, and few people write.
const MAX_NAMES = 20_000;

/** The names of people, as the directory has them; an id that it does not know is nobody's. */
export class Names {
  readonly #people: People;
  readonly #names = new Map<UserId, string>();

  constructor(people: People) {
    this.#people = people;
  }

  async of(ids: readonly (UserId | null)[]): Promise<ReadonlyMap<UserId, string>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    const unknown = wanted.filter((id) => !this.#names.has(id));
    if (this.#names.size + unknown.length > MAX_NAMES) this.#names.clear();
    if (unknown.length > 0) {
      for (const { id, name } of await this.#people.find(unknown)) this.#names.set(id, name);
    }
    return new Map(wanted.flatMap((id) => (this.#names.has(id) ? [[id, this.#names.get(id) ?? ""]] : [])));
  }
}
