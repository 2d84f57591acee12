import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A part of the benchmark that runs in a process of its own, and answers one question after another. */
export interface PartProcess<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a part; it has told that it is ready, and what of, when this resolves. */
export async function startProcess<Question extends object, Answer>(
  file: string,
  args: readonly string[] = [],
): Promise<PartProcess<Question, Answer> & { readonly ready: Answer }> {
  const child = fork(file, args);
  const ready = await nextMessage<Answer>(child);
  return {
    ready,
    ask: (question) => {
      child.send(question);
      return nextMessage<Answer>(child);
    },
    stop: async () => {
      // Each of them ends when nobody is left to answer.
      child.disconnect();
      await once(child, "exit");
    },
  };
}

async function nextMessage<Answer>(child: ChildProcess): Promise<Answer> {
  const waiting = new AbortController();
  const ended = once(child, "exit", waiting).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  try {
    // Both ends are ours.
    return (await Promise.race([once(child, "message", waiting).then(([it]) => it), ended])) as Answer;
  } finally {
    waiting.abort();
    await ended.catch(() => {});
  }
}
