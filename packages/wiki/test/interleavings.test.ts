import { type Recorder, uuid7 } from "@palimpsest/eventsourcing";
import { openMemoryRecorder } from "@palimpsest/eventsourcing/memory";
import { expect, test } from "vitest";
import { exploreInterleavings, InterleavingError, type Scenario } from "./interleavings.ts";

const NAME = uuid7();

/** Claims a name as one should not: looks whether it is free, then takes it whatever has happened since. */
async function claimNaively(recorder: Recorder): Promise<"mine" | "taken"> {
  if ((await recorder.readStream(NAME)).length > 0) return "taken";
  await append(recorder, NAME);
  return "mine";
}

async function append(recorder: Recorder, originatorId = uuid7()): Promise<void> {
  const event = { eventId: uuid7(), originatorId, originatorVersion: null, topic: "Name.Claimed" };
  const state = { schemaVersion: 1, encoding: "json", state: "{}", checksum: 0 };
  await recorder.append({ saveId: uuid7(), events: [{ ...event, ...state }] });
}

/** Clients on one recorder, and a note of what each interleaving led to. */
function scenario(
  clients: readonly ((recorder: Recorder) => Promise<unknown>)[],
  outcomes: string[] = [],
): Scenario<Recorder> {
  return {
    setUp: async (stepwise) => stepwise(openMemoryRecorder()),
    clients,
    check: (_recorder, results) => {
      outcomes.push(results.map((result) => (result.status === "fulfilled" ? result.value : "failed")).join());
    },
  };
}

test("runs the clients in every order of their calls", async () => {
  const twoCalls = async (recorder: Recorder) => [await recorder.head(), await recorder.head()];
  const oneCall = (recorder: Recorder) => recorder.head();
  // Of n calls, those of each client in their order: n! / (a! b! c!).
  for (const [clients, count] of [
    [[oneCall], 1],
    [[oneCall, oneCall, oneCall], 6],
    [[twoCalls, twoCalls], 6],
    [[twoCalls, twoCalls, twoCalls], 90],
    [[twoCalls, oneCall, twoCalls, oneCall], 180],
  ] as const) {
    expect(await exploreInterleavings({ ...scenario(clients), orders: "all" })).toBe(count);
  }
});

test("finds the one in three orders in which a naive claim gives a name to one client alone", async () => {
  const outcomes: string[] = [];
  await exploreInterleavings({ ...scenario([claimNaively, claimNaively], outcomes), orders: "all" });
  expect(outcomes.toSorted()).toEqual(["mine,mine", "mine,mine", "mine,mine", "mine,mine", "mine,taken", "taken,mine"]);
});

test("says by which calls a check came to fail", async () => {
  const explored = exploreInterleavings({
    ...scenario([claimNaively, claimNaively]),
    check: async (recorder) => expect(await recorder.head()).toBe(1),
  });
  await expect(explored).rejects.toThrow(InterleavingError);
  await expect(explored).rejects.toMatchObject({ steps: ["1 readStream", "2 readStream", "1 append", "2 append"] });
});

test("comes to the same outcomes where it leaves out orders that lead to the same, in fewer interleavings", async () => {
  const clients = [
    claimNaively,
    claimNaively,
    async (recorder: Recorder) => {
      await append(recorder);
      return `saw ${(await recorder.readStream(NAME)).length}`;
    },
  ];
  const [all, distinct]: [string[], string[]] = [[], []];
  const counts = [
    await exploreInterleavings({ ...scenario(clients, all), orders: "all" }),
    await exploreInterleavings(scenario(clients, distinct)),
  ];
  expect(counts).toEqual([all.length, distinct.length]);
  expect(distinct.length).toBeLessThan(all.length / 2);
  expect([...new Set(distinct)].sort()).toEqual([...new Set(all)].sort());
});

test("refuses to go on beyond its limit, and with clients that act by chance", async () => {
  const reads = (times: number) => async (recorder: Recorder) => {
    for (let i = 0; i < times; i++) await recorder.head();
  };
  await expect(exploreInterleavings({ ...scenario([reads(3), reads(3)]), orders: "all", limit: 19 })).rejects.toThrow(
    "more than 19",
  );
  let runs = 0;
  const fickle = (recorder: Recorder) => (runs++ % 2 === 0 ? recorder.head() : recorder.readStream(NAME));
  await expect(exploreInterleavings({ ...scenario([fickle, reads(1)]), orders: "all" })).rejects.toThrow("take chance");
});
