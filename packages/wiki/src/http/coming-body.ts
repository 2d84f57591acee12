/** The bytes of a body as they come. Rejects with the reason of `givenUp`, and where the body breaks off. */
export async function* chunksOf(request: Request, givenUp: AbortSignal | undefined): AsyncGenerator<Uint8Array, void> {
  if (!request.body) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await unlessGivenUp(reader.read(), givenUp);
      if (done) return;
      yield value;
    }
  } finally {
    // What is still to come nobody reads.
    void reader.cancel().catch(() => {});
  }
}

/** What a part of a body becomes, or the reason of `givenUp` where it has not come by then. */
export async function unlessGivenUp<T>(part: Promise<T>, givenUp: AbortSignal | undefined): Promise<T> {
  if (!givenUp) return part;
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(givenUp.reason);
  if (givenUp.aborted) giveUp();
  givenUp.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([part, promise]);
  } finally {
    givenUp.removeEventListener("abort", giveUp);
  }
}
