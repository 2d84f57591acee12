import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { COUNTER, type Load, type LoadResult } from "./load.ts";

// Sends requests over connections that are kept, each the next one when the last is answered, and takes the times. As
// little as that needs: what it costs is taken from the server, which shares the machine with it.
process.on("message", async (load: Load) => process.send?.(await run(load)));
process.send?.("ready");

let counted = 0;

async function run({ port, connections, seconds, count = Number.POSITIVE_INFINITY, pause, requests }: Load) {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const start = performance.now();
  let [begun, failed] = [0, 0];
  const sockets = Array.from({ length: connections }, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  await Promise.all(
    sockets.map(async (socket, index) => {
      for (let turn = 0; begun < count && performance.now() < end; turn++) {
        begun++;
        const request = requests[(index + turn * connections) % requests.length] ?? "";
        const asked = performance.now();
        const status = await exchange(socket, numbered(request));
        times.push(performance.now() - asked);
        if (status !== 200) failed++;
        if (pause !== undefined) await setTimeout(pause);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1_000;
  for (const socket of sockets) socket.destroy();
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  const result: LoadResult = {
    perSecond: times.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    count: times.length,
    failed,
  };
  return result;
}

/** A request whose text is another one each time, of the same length. */
function numbered(request: string): string {
  if (!request.includes(COUNTER)) return request;
  counted++;
  return request.replace(COUNTER, String(counted).padStart(COUNTER.length, "0"));
}

/** Sends a request, and answers the status when all of the answer is there. */
function exchange(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let [head, received, expected, status] = ["", 0, Number.POSITIVE_INFINITY, 0];
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      if (status === 0) {
        head += chunk.toString("latin1");
        const length = head.indexOf("\r\n\r\n");
        if (length < 0) return;
        status = Number(head.slice(9, 12));
        const body = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, length))?.[1];
        if (body !== undefined) expected = length + 4 + Number(body);
      }
      const isLast = expected === Number.POSITIVE_INFINITY && chunk.subarray(-5).equals(LAST_CHUNK);
      if (received >= expected || isLast) done();
    };
    const done = () => {
      socket.off("data", onData).off("error", reject).off("close", onClose);
      resolve(status);
    };
    const onClose = () => reject(new Error("the server closed a connection"));
    socket.on("data", onData).once("error", reject).once("close", onClose);
    socket.write(request);
  });
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");
