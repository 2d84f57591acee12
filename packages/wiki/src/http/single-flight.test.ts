import { describe, expect, it } from "vitest";
import { SingleFlight } from "./single-flight.ts";

describe("what several want at once", () => {
  it("is done once, and found by the others when it is done", async () => {
    const flight = new SingleFlight();
    const done = Promise.withResolvers<void>();
    let [works, kept] = [0, ""];
    const want = () =>
      flight.do(
        "key",
        async () => {
          works++;
          await done.promise;
          kept = "kept";
          return "made";
        },
        () => (kept === "" ? undefined : Promise.resolve(kept)),
      );
    const all = Promise.all([want(), want(), want()]);
    const other = await flight.do(
      "another key",
      () => Promise.resolve("other"),
      () => undefined,
    );
    done.resolve();
    expect([...(await all), other]).toEqual(["made", "kept", "kept", "other"]);
    expect(works).toBe(1);
  });

  it("is done by each of them where nothing came of it, and by who comes later", async () => {
    const flight = new SingleFlight();
    let works = 0;
    const want = () =>
      flight.do(
        "key",
        async () => {
          works++;
          await Promise.resolve();
          if (works === 1) throw new Error("the first fails");
          return works;
        },
        () => undefined,
      );
    const settled = await Promise.allSettled([want(), want(), want()]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    await want();
    expect(works).toBe(4);
  });
});
