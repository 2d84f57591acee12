import { mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ContentHash } from "../domain/attachment-content.ts";
import { AttachmentStore, type KeptContent } from "./attachment-store.ts";
import { DamagedAttachmentError, SharedAttachmentFolderError } from "./attachment-store-errors.ts";
import { markUser } from "./folder-users.ts";
import { sweepAttachments } from "./sweep-attachments.ts";
import { findUnusedContent, hashesOf, type ReadRecorded } from "./unused-content.ts";

const DAY = 24 * 3_600_000;
const USER = "this-wiki";

let folder: string;
let store: AttachmentStore;
let log: { readonly hash: ContentHash }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "palimpsest-sweep-"));
  store = new AttachmentStore(join(folder, "files"), USER);
  log = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}

const keep = (text: string) => store.keep(bytesOf(text), 100);
const age = (path: string, days = 2) =>
  utimesSync(path, Date.now() / 1_000 - days * 86_400, Date.now() / 1_000 - days * 86_400);
const read: ReadRecorded = async function* () {
  yield* [...log];
};
const sweep = (options: { readonly before?: number } = {}) => sweepAttachments(store, read, { user: USER, ...options });
const isThere = (content: KeptContent) =>
  store.verify(content).then(
    () => true,
    () => false,
  );

describe("sweepAttachments", () => {
  test("takes away old bytes that no event refers to and parts of uploads, and nothing else", async () => {
    const [recorded, unused, young] = [await keep("recorded"), await keep("unused"), await keep("young")];
    log.push(recorded);
    const cut = join(store.incoming, "cut");
    writeFileSync(cut, "beg");
    writeFileSync(join(store.incoming, "under-way"), "begi");
    for (const path of [store.pathOf(recorded.hash), store.pathOf(unused.hash), cut]) age(path);
    // What is not ours is left alone, whatever its age.
    for (const path of [join(store.folder, "readme"), join(dirname(store.pathOf(unused.hash)), "notes.txt")]) {
      writeFileSync(path, "by hand");
      age(path);
    }
    expect((await findUnusedContent(store, read)).map(({ path }) => path).sort()).toEqual(
      [cut, store.pathOf(unused.hash)].sort(),
    );
    expect(await sweep()).toEqual({ files: 2, bytes: 9 });
    expect(await Promise.all([recorded, unused, young].map(isThere))).toEqual([true, false, true]);
    const [noted] = [...(await store.unrecorded.list())];
    const names = readdirSync(store.folder, { recursive: true, withFileTypes: true });
    expect(names.flatMap((it) => (it.isFile() ? [it.name] : [])).sort()).toEqual(
      [recorded.hash, young.hash, noted, "notes.txt", "readme", "this-wiki", "under-way"].sort(),
    );
    expect(await sweep()).toEqual({ files: 0, bytes: 0 });
  });

  test("leaves what was recorded in a log that it does not know, whatever was uploaded since", async () => {
    const recorded = await keep("recorded elsewhere");
    await store.confirm(recorded);
    // Uploaded once more, and cut before its event.
    await keep("recorded elsewhere");
    age(store.pathOf(recorded.hash));
    expect(await findUnusedContent(store, read)).toEqual([]);
    expect(await sweep()).toEqual({ files: 0, bytes: 0 });
    expect(await isThere(recorded)).toBe(true);
  });

  test("puts back what was recorded in a log that it does not know while it was aside", async () => {
    const content = await keep("recorded elsewhere");
    age(store.pathOf(content.hash));
    let times = 0;
    const recordedMeanwhile: ReadRecorded = async function* () {
      yield* log;
      if (++times === 2) await store.unrecorded.remove(content.hash);
    };
    expect(await sweepAttachments(store, recordedMeanwhile, { user: USER })).toEqual({ files: 0, bytes: 0 });
    expect(await isThere(content)).toBe(true);
  });

  test("takes away the notes of what was recorded by an upload that ended before it could", async () => {
    const [recorded, unused] = [await keep("recorded"), await keep("unused")];
    log.push(recorded);
    for (const { hash } of [recorded, unused]) age(store.pathOf(hash));
    await sweep();
    expect([...(await store.unrecorded.list())]).toEqual([]);
  });

  test("finds nothing where there is no folder, and makes none", async () => {
    expect(await sweep()).toEqual({ files: 0, bytes: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes nothing away where another wiki keeps files in the same folder", async () => {
    const unused = await keep("unused");
    age(store.pathOf(unused.hash));
    await new AttachmentStore(store.folder, "a-copy").keep(bytesOf("of the copy"), 100);
    await expect(sweep()).rejects.toThrow(SharedAttachmentFolderError);
    await expect(sweep()).rejects.toMatchObject({ marks: [join(store.folder, "used-by", "a-copy")] });
    expect(await isThere(unused)).toBe(true);
    unlinkSync(join(store.folder, "used-by", "a-copy"));
    expect(await sweep()).toEqual({ files: 1, bytes: 6 });
  });

  test("goes on with what a sweep that was stopped has put aside, and puts back what is needed by now", async () => {
    const [needed, unused] = [await keep("needed"), await keep("unused")];
    for (const { hash } of [needed, unused]) age(store.pathOf(hash));
    const stopped = sweepAttachments(store, readOnce(), { user: USER });
    await expect(stopped).rejects.toThrow("stopped");
    expect(readdirSync(store.swept)).toHaveLength(2);
    log.push(needed);
    expect(await sweep()).toEqual({ files: 1, bytes: 6 });
    expect([await isThere(needed), await isThere(unused)]).toEqual([true, false]);
    expect(readdirSync(store.swept)).toEqual([]);
  });

  test("leaves bytes aside where they are found, when it is stopped", async () => {
    const needed = await keep("needed");
    age(store.pathOf(needed.hash));
    await expect(sweepAttachments(store, readOnce(), { user: USER })).rejects.toThrow("stopped");
    await store.confirm(needed);
    expect(await new Response((await store.read(needed)) as BodyInit).text()).toBe("needed");
    expect(readdirSync(store.swept)).toEqual([]);
  });

  /** Reads the log the first time, and is stopped the second one. */
  function readOnce(): ReadRecorded {
    let times = 0;
    return async function* () {
      if (++times === 2) throw new Error("stopped");
      yield* log;
    };
  }
});

/** When something else happens during a sweep: before and after each time that it reads the log, and at its end. */
const MOMENTS = ["before 1", "after 1", "before 2", "after 2", "end"] as const;
type Moment = (typeof MOMENTS)[number];
const STOPS = MOMENTS.filter((moment) => moment !== "end");
type Sweep = (readRecorded: ReadRecorded, before: number) => Promise<unknown>;

/** What one would write first: what is old and in no event is deleted. */
const naiveSweep: Sweep = async (readRecorded, before) => {
  const unused = await findUnusedContent(store, readRecorded, before);
  for (const { path } of unused) rmSync(path, { force: true });
};

const ourSweep: Sweep = (readRecorded, before) => sweepAttachments(store, readRecorded, { user: USER, before });

/** All ways in which the three steps of an upload fall into the moments of a sweep. */
function orders(): readonly (readonly [keep: Moment, record: Moment, confirm: Moment])[] {
  return MOMENTS.flatMap((first, i) =>
    MOMENTS.slice(i).flatMap((second, j) => MOMENTS.slice(i + j).map((third) => [first, second, third] as const)),
  );
}

/**
 * Uploads bytes of which an old copy lies in the folder, that no event refers to, while they are swept. Answers whether
 * the upload was acknowledged, and whether the bytes are there, also after another sweep.
 */
async function race(
  sweepWith: Sweep,
  [keepAt, recordAt, confirmAt]: readonly [Moment, Moment, Moment],
  { clockIsWrong, stopAt }: { readonly clockIsWrong: boolean; readonly stopAt: Moment | undefined },
): Promise<{ readonly acknowledged: boolean; readonly there: boolean }> {
  rmSync(store.folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  log = [];
  await markUser(store.folder, USER);
  const content = await keep("the same");
  age(store.pathOf(content.hash));
  let acknowledged = false;
  const steps = [
    { at: keepAt, run: () => keep("the same") },
    { at: recordAt, run: async () => log.push(content) },
    {
      at: confirmAt,
      run: async () => {
        const refused = await store.confirm(content).catch((error: unknown) => error);
        acknowledged = refused === undefined;
        if (!acknowledged) expect(refused).toBeInstanceOf(DamagedAttachmentError);
      },
    },
  ];
  /** Does what is due: a sweep that finds nothing to do leaves moments out. */
  const reach = async (moment: Moment) => {
    while (steps[0] && MOMENTS.indexOf(steps[0].at) <= MOMENTS.indexOf(moment)) await steps.shift()?.run();
    if (moment === stopAt) throw new Error("stopped");
  };
  let times = 0;
  const readRecorded: ReadRecorded = async function* () {
    const time = ++times === 1 ? "1" : "2";
    await reach(`before ${time}`);
    const recorded = [...(await hashesOf(read))];
    await reach(`after ${time}`);
    for (const hash of recorded) yield { hash };
  };
  // With a clock that is wrong, what was uploaded just now seems to be old.
  const before = Date.now() + (clockIsWrong ? DAY : -DAY);
  await sweepWith(readRecorded, before).catch((error: unknown) => {
    if (!(error instanceof Error && error.message === "stopped")) throw error;
  });
  await reach("end");
  const there = await isThere(content);
  await sweepWith(read, before);
  return { acknowledged, there: there && (await isThere(content)) };
}

describe("an upload of bytes that are swept at the same time", () => {
  test("is refused, or its bytes are there, whatever the order, the clock, and where the sweep is stopped", async () => {
    for (const order of orders()) {
      for (const clockIsWrong of [false, true]) {
        // Where clocks are right, a stop adds nothing: what is new is put back by whoever comes next.
        for (const stopAt of clockIsWrong ? [undefined, ...STOPS] : [undefined]) {
          const { acknowledged, there } = await race(ourSweep, order, { clockIsWrong, stopAt });
          const which = { order, clockIsWrong, stopAt };
          if (acknowledged) expect({ ...which, there }).toEqual({ ...which, there: true });
          // Where clocks are right, none is refused.
          if (!clockIsWrong) expect({ ...which, acknowledged }).toEqual({ ...which, acknowledged: true });
        }
      }
    }
  });

  test("is lost by a sweep that deletes what was in no event a moment ago: the control", async () => {
    const lost = [];
    for (const order of orders()) {
      const { acknowledged, there } = await race(naiveSweep, order, { clockIsWrong: false, stopAt: undefined });
      if (acknowledged && !there) lost.push(order);
    }
    expect(lost.length).toBeGreaterThan(0);
  });
});
