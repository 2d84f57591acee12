import { afterAll, describe, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../../../tools/testing/test-database.ts";
import type { Recorder } from "../../persistence/recorder.ts";
import { recorderContract } from "../../testing/recorder-contract.ts";
import { openPostgresRecorder } from "./postgres-recorder.ts";

describe.for(["advisory-lock", "row-lock"] as const)("the PostgreSQL recorder, with %s", (serialiser) => {
  const schemas = new WeakMap<Recorder, string>();
  let database: Promise<TestDatabase> | undefined;
  let stores = 0;

  async function open(schema: string, options: { clock?: () => number }): Promise<Recorder> {
    database ??= createTestDatabase();
    const { connectionString } = await database;
    const recorder = await openPostgresRecorder({ connectionString, schema, serialiser, poolSize: 4, ...options });
    schemas.set(recorder, schema);
    return recorder;
  }

  const contract = recorderContract({
    open: (options) => open(`store_${++stores}`, options),
    reopen: (recorder, options) => open(schemas.get(recorder) ?? "", options),
  });
  for (const { name, run } of contract) it(name, run);

  afterAll(async () => (await database)?.drop());
});
