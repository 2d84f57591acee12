import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const LIBRARY = "packages/eventsourcing/src";
const WIKI = "packages/wiki/src";

/** For each file what it may import and what it may not; `src:` stands for its package's `src`, `/` for the root. */
const RULES: readonly { readonly file: string; readonly may: readonly string[]; readonly mayNot: readonly string[] }[] =
  [
    {
      file: `${LIBRARY}/index.ts`,
      may: ["src:domain/uuid.ts", "src:adapters/memory/memory-recorder.ts"],
      mayNot: ["src:testing/recorder-contract.ts", "pg", "node:sqlite"],
    },
    {
      file: `${LIBRARY}/domain/event.ts`,
      may: ["src:domain/uuid.ts", "uuid", "@standard-schema/spec"],
      mayNot: [
        "/packages/wiki/src/domain/page.ts",
        "node:crypto",
        "pg",
        "zod",
        "palimpsest",
        "src:persistence/recorder.ts",
        "src:testing/scenario.ts",
      ],
    },
    {
      file: `${LIBRARY}/persistence/mapper.ts`,
      may: ["src:domain/event.ts", "src:persistence/transcoder.ts", "node:zlib"],
      mayNot: ["src:adapters/sqlite/x.ts", "src:application/x.ts", "src:following/x.ts", "src:testing/x.ts", "pg"],
    },
    {
      file: `${LIBRARY}/adapters/memory/memory-recorder.ts`,
      may: ["src:domain/event.ts", "src:persistence/recorder.ts", "src:adapters/sqlite/sqlite-read-models.ts"],
      mayNot: ["src:adapters/sqlite/x.ts", "src:application/x.ts", "src:testing/x.ts", "pg", "node:sqlite"],
    },
    {
      file: `${LIBRARY}/adapters/sqlite/sqlite-recorder.ts`,
      may: ["src:persistence/recorder.ts", "src:adapters/sqlite/sql/x.ts", "node:sqlite"],
      mayNot: [
        "/packages/wiki/src/domain/page.ts",
        "src:adapters/memory/x.ts",
        "src:adapters/postgres/x.ts",
        "src:following/x.ts",
        "pg",
      ],
    },
    {
      file: `${LIBRARY}/adapters/postgres/postgres-recorder.ts`,
      may: ["src:persistence/recorder.ts", "pg"],
      mayNot: ["src:adapters/sqlite/x.ts", "src:application/x.ts", "src:testing/x.ts", "node:sqlite"],
    },
    {
      file: `${LIBRARY}/application/repository.ts`,
      may: ["src:domain/event.ts", "src:persistence/recorder.ts", "src:application/cache.ts"],
      mayNot: ["src:adapters/sqlite/x.ts", "src:following/x.ts", "src:testing/x.ts", "pg", "node:sqlite"],
    },
    {
      file: `${LIBRARY}/application/open-recorder.ts`,
      may: ["src:adapters/sqlite/x.ts", "src:persistence/recorder.ts", "src:domain/event.ts"],
      mayNot: ["src:following/x.ts", "src:testing/x.ts", "pg", "node:sqlite"],
    },
    {
      file: `${LIBRARY}/following/subscription.ts`,
      may: ["src:application/x.ts", "src:persistence/recorder.ts", "src:domain/event.ts"],
      mayNot: ["/packages/wiki/src/domain/page.ts", "src:adapters/sqlite/x.ts", "src:testing/x.ts", "pg"],
    },
    {
      file: `${LIBRARY}/http/notification-log-handler.ts`,
      may: ["src:application/x.ts", "src:persistence/recorder.ts", "src:domain/event.ts", "src:http/x.ts"],
      mayNot: [
        "/packages/wiki/src/domain/page.ts",
        "src:adapters/sqlite/x.ts",
        "src:following/x.ts",
        "src:testing/x.ts",
        "node:http",
        "hono",
        "pg",
      ],
    },
    {
      file: `${LIBRARY}/testing/recorder-contract.ts`,
      may: ["src:adapters/memory/x.ts", "src:application/x.ts", "src:following/x.ts", "src:persistence/x.ts"],
      mayNot: ["pg", "node:sqlite"],
    },
    {
      file: `${WIKI}/compose.ts`,
      may: ["src:http/x.ts", "src:application/x.ts", "@palimpsest/eventsourcing/sqlite", "pg"],
      mayNot: [
        "/packages/eventsourcing/src/index.ts",
        "@palimpsest/eventsourcing/testing",
        "@palimpsest/eventsourcing/contract",
      ],
    },
    {
      file: `${WIKI}/domain/page.ts`,
      may: ["src:domain/slug.ts", "@palimpsest/eventsourcing", "zod", "@codemirror/state"],
      mayNot: [
        "/packages/eventsourcing/src/domain/event.ts",
        "@palimpsest/eventsourcing/sqlite",
        "node:fs",
        "kysely",
        "src:application/x.ts",
        "src:markup/x.ts",
      ],
    },
    {
      file: `${WIKI}/application/edit-page.ts`,
      may: ["src:domain/page.ts", "@palimpsest/eventsourcing"],
      mayNot: ["src:read-models/x.ts", "src:http/x.ts", "src:views/x.ts", "src:accounts/x.ts", "pg"],
    },
    {
      file: `${WIKI}/read-models/links.ts`,
      may: ["src:domain/page.ts", "src:markup/x.ts", "node:sqlite", "pg"],
      mayNot: ["src:application/x.ts", "src:accounts/x.ts", "src:views/x.ts", "src:http/x.ts"],
    },
    {
      file: `${WIKI}/projecting/projector.ts`,
      may: ["src:application/x.ts", "src:read-models/x.ts", "node:worker_threads"],
      mayNot: ["src:http/x.ts", "src:access/x.ts", "src:views/x.ts", "node:sqlite"],
    },
    {
      file: `${WIKI}/markup/render.ts`,
      may: ["src:domain/slug.ts", "markdown-it"],
      mayNot: ["src:read-models/x.ts", "src:application/x.ts", "src:views/x.ts", "node:sqlite"],
    },
    {
      file: `${WIKI}/rendering/renderer.ts`,
      may: ["src:domain/slug.ts", "src:markup/x.ts", "node:worker_threads"],
      mayNot: ["src:read-models/x.ts", "src:application/x.ts", "src:views/x.ts", "node:sqlite"],
    },
    {
      file: `${WIKI}/accounts/people.ts`,
      may: ["src:domain/slug.ts", "node:sqlite"],
      mayNot: ["src:application/x.ts", "src:read-models/x.ts", "src:http/x.ts"],
    },
    {
      file: `${WIKI}/attachments/attachment-store.ts`,
      may: ["src:domain/slug.ts", "node:fs/promises", "@palimpsest/eventsourcing"],
      mayNot: ["src:application/x.ts", "src:access/x.ts", "src:http/x.ts", "node:sqlite", "pg"],
    },
    {
      file: `${WIKI}/access/wiki-access.ts`,
      may: [
        "src:application/x.ts",
        "src:read-models/x.ts",
        "src:rendering/x.ts",
        "src:markup/x.ts",
        "src:accounts/x.ts",
        "src:attachments/x.ts",
      ],
      mayNot: ["src:http/x.ts", "src:views/x.ts", "src:cli/x.ts", "pg", "node:sqlite"],
    },
    {
      file: `${WIKI}/views/page-view.ts`,
      may: ["src:read-models/x.ts", "src:markup/x.ts", "src:domain/page.ts", "hono/html"],
      mayNot: ["src:application/x.ts", "src:accounts/x.ts", "src:http/x.ts", "node:sqlite"],
    },
    {
      file: `${WIKI}/client/editor.ts`,
      may: ["src:domain/slug.ts", "@codemirror/view"],
      mayNot: ["node:fs", "src:views/x.ts", "src:application/x.ts", "@palimpsest/eventsourcing/sqlite"],
    },
    {
      file: `${WIKI}/http/routes.ts`,
      may: ["src:access/x.ts", "src:application/x.ts", "src:views/x.ts", "src:read-models/x.ts", "hono"],
      mayNot: [
        ...["/packages/eventsourcing/src/domain/event.ts", "src:cli/x.ts", "src:client/x.ts", "src:attachments/x.ts"],
        ...["pg", "node:sqlite"],
      ],
    },
    {
      file: `${WIKI}/transfer/import.ts`,
      may: ["src:application/x.ts", "src:read-models/x.ts", "src:attachments/x.ts"],
      mayNot: ["src:http/x.ts", "src:views/x.ts", "src:cli/x.ts", "pg"],
    },
    {
      file: `${WIKI}/verification/verify-log.ts`,
      may: ["src:application/x.ts", "src:read-models/x.ts", "src:domain/x.ts"],
      mayNot: ["src:http/x.ts", "src:transfer/x.ts", "src:cli/x.ts", "pg", "node:sqlite"],
    },
    {
      file: `${WIKI}/cli/main.ts`,
      may: [
        "src:compose.ts",
        "src:transfer/x.ts",
        "src:verification/x.ts",
        "src:attachments/x.ts",
        "../../package.json",
      ],
      mayNot: ["pg", "src:client/x.ts"],
    },
    {
      file: `${LIBRARY}/domain/event.test.ts`,
      may: ["src:testing/scenario.ts", "src:adapters/sqlite/x.ts", "pg", "node:fs"],
      mayNot: ["/packages/wiki/src/domain/page.ts"],
    },
    { file: "packages/wiki/bench/main.ts", may: ["pg"], mayNot: ["/packages/eventsourcing/src/domain/uuid.ts"] },
  ];

const FORMS: readonly ((specifier: string) => string)[] = [
  (specifier) => `import { it } from "${specifier}";`,
  (specifier) => `import type { It } from "${specifier}";`,
  (specifier) => `export type { It } from "${specifier}";`,
  (specifier) => `const it = await import("${specifier}");`,
];

test.each(FORMS)("an import that points the wrong way is refused, the others are not (form %#)", (form) => {
  using folder = temporaryFolder();
  for (const { file, may, mayNot } of RULES) {
    folder.write(file, [...may, ...mayNot].map((specifier) => form(resolve(file, specifier))).join("\n"));
  }

  const refused = lint(folder.path, "lint/style/noRestrictedImports");

  for (const { file, may, mayNot } of RULES) {
    const specifiers = [...may, ...mayNot];
    const refusedHere = refused.filter((it) => it.file === file).map(({ line }) => specifiers[line - 1]);
    expect(new Set(refusedHere), file).toEqual(new Set(mayNot));
  }
});

test("a cycle is refused, also one of types alone", () => {
  using folder = temporaryFolder();
  folder.write("packages/wiki/src/domain/a.ts", `import { b } from "./b.ts";\nexport const a = () => b;`);
  folder.write("packages/wiki/src/domain/b.ts", `import { c } from "./c.ts";\nexport const b = () => c;`);
  folder.write("packages/wiki/src/domain/c.ts", `import { a } from "./a.ts";\nexport const c = () => a;`);
  folder.write("packages/wiki/src/domain/s.ts", `import type { T } from "./t.ts";\nexport type S = T[];`);
  folder.write("packages/wiki/src/domain/t.ts", `import type { S } from "./s.ts";\nexport type T = S[];`);
  folder.write("packages/wiki/src/domain/u.ts", `import type { S } from "./s.ts";\nexport type U = S[];`);

  const refused = lint(folder.path, "lint/suspicious/noImportCycles").map(({ file }) => basename(file));

  expect(refused.toSorted()).toEqual(["a.ts", "b.ts", "c.ts", "s.ts", "t.ts"]);
});

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "palimpsest-layers-"));
  return {
    path,
    write(file: string, text: string): void {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), `${text}\n`);
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

function resolve(file: string, specifier: string): string {
  const source = file.startsWith(LIBRARY) ? LIBRARY : WIKI;
  const target = specifier.replace(/^src:/, `/${source}/`);
  if (!target.startsWith("/")) return target;
  const path = relative(dirname(file), target.slice(1));
  return path.startsWith(".") ? path : `./${path}`;
}

/** Runs Biome as this repository configures it, and answers the lines that the rule refuses. */
function lint(folder: string, rule: string): { readonly file: string; readonly line: number }[] {
  for (const file of ["biome.jsonc", "tools/layers.jsonc", ".gitignore"]) cpSync(join(ROOT, file), join(folder, file));
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, "node_modules/@biomejs/biome/bin/biome"), "lint", "--reporter=json", "--max-diagnostics=none"],
    { cwd: folder, encoding: "utf8", maxBuffer: 100_000_000 },
  );
  const { diagnostics }: BiomeReport = JSON.parse(stdout);
  return diagnostics
    .filter(({ category }) => category === rule)
    .map(({ location }) => ({ file: location.path.replaceAll("\\", "/"), line: location.start.line }));
}

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}
