/** Runs what is sent down one lane one after the other, and what is sent down different lanes at once. */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Answers what the call answers, and rejects with what it rejects with: a failure does not block the lane. */
  run<T>(lane: string, call: () => Promise<T>): Promise<T> {
    const before = this.#last.get(lane) ?? Promise.resolve();
    const result = before.then(call, call);
    this.#last.set(lane, result);
    const tidy = () => {
      if (this.#last.get(lane) === result) this.#last.delete(lane);
    };
    result.then(tidy, tidy);
    return result;
  }
}
