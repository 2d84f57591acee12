import type { Recorder } from "@palimpsest/eventsourcing";

/** A recorder that does what another does, and notes the name of each call: each is a fixed number of queries. */
export function countingRecorder(recorder: Recorder): { readonly recorder: Recorder; readonly calls: string[] } {
  const calls: string[] = [];
  const counting = <T extends object>(target: T, path: string): T =>
    new Proxy(target, {
      get(_target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== "function") return value;
        // What it does not know it says, and asks nothing.
        if (property === "isLast") return value.bind(target);
        return (...args: unknown[]): unknown => {
          // It is answered without a query.
          if (property !== "isLast") calls.push(`${path}${String(property)}`);
          return Reflect.apply(value, target, args);
        };
      },
    });
  const snapshots = counting(recorder.snapshots, "snapshots.");
  const counted = counting(recorder, "");
  return {
    recorder: new Proxy(counted, {
      get: (target, name) => (name === "snapshots" ? snapshots : Reflect.get(target, name)),
    }),
    calls,
  };
}
