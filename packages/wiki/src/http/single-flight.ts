/** Lets one do what several want at once; the others look what came of it. */
export class SingleFlight {
  readonly #underWay = new Map<string, Promise<void>>();

  /**
   * Does `work`, unless somebody is at the same: then it waits, and answers what `find` finds. Where that is nothing, each
   * of those who waited works for himself.
   */
  async do<T>(key: string, work: () => Promise<T>, find: () => Promise<T> | undefined): Promise<T> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) {
      await underWay;
      return find() ?? work();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.set(key, promise);
    try {
      return await work();
    } finally {
      this.#underWay.delete(key);
      resolve();
    }
  }
}
