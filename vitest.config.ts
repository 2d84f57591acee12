import "./tools/assert-node.cjs";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts"],
    globalSetup: "tools/testing/postgres-for-vitest.ts",
    pool: "forks",
    // By itself Vitest leaves one core to its main process, which idles: of two, half.
    maxWorkers: "100%",
    // Tests share two cores with a PostgreSQL and with processes of their own: a limit is there to end a hang, no more.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
