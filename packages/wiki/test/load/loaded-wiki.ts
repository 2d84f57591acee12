import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHARED_ENGINES } from "../../../../tools/testing/engine-addresses.ts";
import type { Held, LoadJob } from "./load-process.ts";

const PROGRAM = join(import.meta.dirname, "load-process.ts");

/** A wiki that is served by a process of its own, on a store of its own. */
export interface LoadedWiki extends AsyncDisposable {
  readonly store: string;
  readonly server: string;
  held(): Promise<Held>;
}

/** Starts a wiki, which goes when it is disposed of. */
export async function startLoadedWiki(engine: string, job: Pick<LoadJob, "saves" | "leaks"> = {}): Promise<LoadedWiki> {
  const store = await SHARED_ENGINES[engine]?.();
  if (!store) throw new Error(`there is no engine ${engine}`);
  const attachments = mkdtempSync(join(tmpdir(), "palimpsest-load-"));
  const child = fork(PROGRAM, [JSON.stringify({ ...job, address: store.address, attachments })], {
    execArgv: ["--expose-gc"],
  });
  const held = async (): Promise<Held> => {
    const ended = once(child, "exit").then(() => Promise.reject(new Error("the server has ended")));
    child.send("hold");
    const [answer] = await Promise.race([once(child, "message"), ended]);
    return answer;
  };
  const { server } = await held();
  return {
    ...{ store: store.address, server, held },
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, "exit");
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await exit;
      clearTimeout(late);
      await store.drop();
      rmSync(attachments, { recursive: true });
    },
  };
}
