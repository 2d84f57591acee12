import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Recorder } from "@palimpsest/eventsourcing";
import { openMemoryRecorder } from "@palimpsest/eventsourcing/memory";
import { WikiApplication } from "../application/wiki-application.ts";
import { type ReadModelName, ReadModels } from "../read-models/read-models.ts";
import type { Finding } from "./finding.ts";
import { QUESTIONS } from "./read-model-rows.ts";

/** How models are verified. */
export interface VerifyModelsOptions {
  readonly onProgress?:
    | ((step: ReadModelName | "deriving", progress: { readonly done: number; readonly total: number }) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

// Who saves meanwhile makes differences that are others, or gone, when they are looked at again.
const ATTEMPTS = 3;
// A model that does not move for as long stands still. In milliseconds.
const PATIENCE = 30_000;
const PAUSE = 20;

/**
 * Derives all models anew from the log, in memory and on this process alone, and asks both the same questions. The models
 * that are shown are brought up to date first, if nobody else does so.
 */
export async function verifyReadModels(
  wiki: WikiApplication,
  shown: ReadModels,
  { onProgress, signal, env = process.env }: VerifyModelsOptions = {},
): Promise<readonly Finding[]> {
  const memory = openMemoryRecorder();
  const beside = await WikiApplication.open({ store: withReadModelsOf(wiki.events.recorder, memory), env });
  const fresh = new ReadModels({ app: beside.events, onWarning: () => {} });
  try {
    shown.start();
    fresh.start();
    let differences: ReadonlyMap<string, Difference> = new Map();
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const head = await wiki.events.recorder.head();
      const tell = (done: number) => onProgress?.("deriving", { done, total: head });
      const failed = await catchUp(fresh, head, { tell, signal });
      if (failed.length > 0) return failed;
      const behind = await catchUp(shown, head, { tell: () => {}, signal });
      if (behind.length > 0) return behind;
      const found = await compare(shown, fresh, { onProgress, signal });
      differences = attempt === 1 ? found : lasting(differences, found);
      if (differences.size === 0 || (await wiki.events.recorder.head()) === head) break;
    }
    return [...differences.values()].map(toFinding);
  } finally {
    await fresh.close();
    await memory.close();
  }
}

/** Reads one log, and keeps what is derived elsewhere. */
function withReadModelsOf(recorder: Recorder, { readModels, snapshots }: Recorder): Recorder {
  return {
    log: recorder.log,
    append: () => Promise.reject(new Error("nothing is recorded while a wiki is verified")),
    readStream: (id, range) => recorder.readStream(id, range),
    readStreams: (starts) => recorder.readStreams(starts),
    isLast: (id, version) => recorder.isLast(id, version),
    readLog: (range) => recorder.readLog(range),
    findReceipt: (key) => recorder.findReceipt(key),
    head: () => recorder.head(),
    waitBeyond: (position, abort) => recorder.waitBeyond(position, abort),
    positionAt: (instant) => recorder.positionAt(instant),
    versionAt: (id, position) => recorder.versionAt(id, position),
    snapshots,
    readModels,
    close: async () => {},
  };
}

async function catchUp(
  models: ReadModels,
  head: number,
  { tell, signal }: { readonly tell: (done: number) => void; readonly signal: AbortSignal | undefined },
): Promise<readonly Finding[]> {
  let moved = performance.now();
  let before = -1;
  for (;;) {
    signal?.throwIfAborted();
    const status = await models.status();
    const failed = status.flatMap(({ name, failure }): readonly Finding[] =>
      // A name of ours.
      failure ? [{ check: name as ReadModelName, position: failure.event.position, message: failure.reason }] : [],
    );
    if (failed.length > 0) return failed;
    const reached = Math.min(...status.map(({ position }) => position));
    tell(Math.min(reached, head));
    if (reached >= head) return [];
    const sum = status.reduce((all, { position }) => all + position, 0);
    if (sum !== before) moved = performance.now();
    before = sum;
    if (performance.now() - moved > PATIENCE) {
      return status.flatMap(({ name, position }): readonly Finding[] =>
        position >= head
          ? []
          : [
              {
                check: name as ReadModelName,
                position,
                message: `${name} stands still at position ${position} of ${head}`,
              },
            ],
      );
    }
    await sleep(PAUSE);
  }
}

/** A question that the two answer differently, with what the answers sum up to; undefined for none. */
interface Difference {
  readonly check: ReadModelName;
  readonly question: string;
  readonly shown: string | undefined;
  readonly fresh: string | undefined;
}

/** What differs in the same way as before. What somebody has changed in between tells nothing. */
function lasting(
  before: ReadonlyMap<string, Difference>,
  now: ReadonlyMap<string, Difference>,
): ReadonlyMap<string, Difference> {
  return new Map(
    [...now].filter(([key, { shown, fresh }]) => {
      const known = before.get(key);
      return known !== undefined && known.shown === shown && known.fresh === fresh;
    }),
  );
}

async function compare(
  shown: ReadModels,
  fresh: ReadModels,
  { onProgress, signal }: VerifyModelsOptions,
): Promise<ReadonlyMap<string, Difference>> {
  const differences = new Map<string, Difference>();
  for (const check of shown.names) {
    const differ = (question: string, sums: Pick<Difference, "shown" | "fresh">) =>
      differences.set(`${check}: ${question}`, { check, question, ...sums });
    const wanted = new Map<string, string>();
    for await (const [question, answer] of QUESTIONS[check](fresh)) {
      signal?.throwIfAborted();
      wanted.set(question, sumOf(answer));
    }
    let done = 0;
    for await (const [question, answer] of QUESTIONS[check](shown)) {
      signal?.throwIfAborted();
      const sums = { shown: sumOf(answer), fresh: wanted.get(question) };
      wanted.delete(question);
      if (sums.shown !== sums.fresh) differ(question, sums);
      done += 1;
      if (done % 100 === 0) onProgress?.(check, { done, total: done + wanted.size });
    }
    for (const [question, sum] of wanted) differ(question, { shown: undefined, fresh: sum });
    onProgress?.(check, { done, total: done });
  }
  return differences;
}

function toFinding({ check, question, shown, fresh }: Difference): Finding {
  if (shown === undefined) return { check, message: `${question} is missing` };
  return {
    check,
    message: `${question} is ${fresh === undefined ? "shown, and not in the log" : "shown other than the log says"}`,
  };
}

/** There may be a million answers: what they sum up to is smaller. */
function sumOf(answer: string): string {
  return answer.length < 28 ? answer : createHash("sha1").update(answer).digest("base64");
}
