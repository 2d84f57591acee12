import { describe, expect, it } from "vitest";
import { ComingBodies } from "./coming-bodies.ts";

const LIMITS = { atOnce: 3, patience: 1_000, perSecond: 100 };

/** Bodies whose bytes come when a test says so. */
function bodies() {
  const coming = new ComingBodies(LIMITS);
  const given: string[] = [];
  const begin = (name: string, now: number, client = "one") => {
    const body = { bytes: 0, end: () => {} };
    const giveUp = ({ code }: { readonly code: string }) => void given.push(`${name} ${code}`);
    body.end = coming.begin({ client, received: () => body.bytes, giveUp }, now);
    return body;
  };
  return { coming, given, begin };
}

describe("ComingBodies", () => {
  it("gives up a body of which nothing comes, and waits for those that come", () => {
    const { coming, given, begin } = bodies();
    begin("stalled", 0);
    const other = begin("other", 0);
    coming.check(999);
    expect(given).toEqual([]);
    other.bytes = 50;
    coming.check(1_000);
    expect(given).toEqual(["stalled BODY_TOO_SLOW"]);
    expect(coming.count).toBe(1);
  });

  it("gives up a body that comes in drops, and one that stalls after it has come fast", () => {
    const { coming, given, begin } = bodies();
    const [drops, fast] = [begin("drops", 0), begin("fast", 0)];
    fast.bytes = 1_000_000;
    for (let now = 0; now <= 2_000; now += 100) {
      drops.bytes += 1;
      coming.check(now);
      if (now === 1_000) expect(given).toEqual(["fast BODY_TOO_SLOW"]);
    }
    expect(given).toEqual(["fast BODY_TOO_SLOW", "drops BODY_TOO_SLOW"]);
  });

  it("lets the slowest give way to another, of the client that has the most", () => {
    const { given, begin } = bodies();
    begin("of another client", 0, "two");
    const early = begin("early", 1);
    begin("late", 2);
    early.bytes = 10;
    begin("next", 3);
    expect(given).toEqual(["late OVERLOADED"]);
  });

  it("counts no more what has come", () => {
    const { coming, given, begin } = bodies();
    const ends = [0, 1, 2].map((now) => begin(String(now), now));
    for (const { end } of ends) end();
    begin("next", 3);
    expect(coming.count).toBe(1);
    expect(given).toEqual([]);
  });
});
