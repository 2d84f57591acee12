import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** An error that a caller can act on, as the source declares it or as the documentation says. */
interface DocumentedError {
  readonly code: string;
  readonly name: string;
  readonly fields: readonly string[];
}

/** The errors in a source: classes with a `readonly code = "…"`. */
function errorsIn(source: string): readonly DocumentedError[] {
  return [...source.matchAll(/^(?:export )?class [\s\S]*?^}$/gm)].flatMap(([text]) => {
    const code = /^ {2}readonly code = "([^"]*)"/m.exec(text)?.[1];
    if (code === undefined) return [];
    const name = /class (\w+)/.exec(text)?.[1] ?? "";
    const fields = [...text.matchAll(/^ {2}readonly (\w+)\??: /gm)].map(([, field = ""]) => field);
    return [{ code, name, fields }];
  });
}

/** The errors in the documentation: a heading with the code, and below it `Class`: `field`, `field`. */
function errorsDocumentedIn(document: string): readonly DocumentedError[] {
  return document
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [, name = "", fields = ""] = /^`(\w+)`(?:: (.*))?$/m.exec(section) ?? [];
      return {
        code: /^.*/.exec(section)?.[0] ?? "",
        name,
        fields: [...fields.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field),
      };
    });
}

function byCode(errors: readonly DocumentedError[]): readonly DocumentedError[] {
  return errors.toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

const SOURCES = globSync("packages/*/src/**/*.ts", {
  cwd: ROOT,
  exclude: (path) => /\.test\.ts$|test-support/.test(path),
});
const declared = SOURCES.flatMap((path) => errorsIn(readFileSync(join(ROOT, path), "utf8")));
const documented = errorsDocumentedIn(readFileSync(join(ROOT, "docs/errors.md"), "utf8"));

test("docs/errors.md has a paragraph for each code of the source, with its class and fields, and no other", () => {
  expect(documented).toEqual(byCode(declared));
});

test("each code belongs to one class", () => {
  expect(declared.length).toBeGreaterThan(20);
  expect(new Set(declared.map(({ code }) => code)).size).toBe(declared.length);
});

test("every code is seen, wherever the source mentions one", () => {
  const mentions = SOURCES.flatMap((path) => [...readFileSync(join(ROOT, path), "utf8").matchAll(/\bcode = "(\w+)"/g)]);
  expect(mentions.map(([, code]) => code).toSorted()).toEqual(byCode(declared).map(({ code }) => code));
});

test("the check sees a code or a field that only one side has", () => {
  const source =
    'export class A extends CodedError {\n  readonly code = "A_CODE";\n  readonly slug: Slug;\n}\nexport interface B {\n  readonly id: Uuid;\n}\n';
  const document = "# Errors\n\n## A_CODE\n`A`: `slug`\n\nText.\n";
  expect(errorsDocumentedIn(document)).toEqual(errorsIn(source));
  expect(errorsDocumentedIn(document.replace("A_CODE", "B_CODE"))).not.toEqual(errorsIn(source));
  expect(errorsDocumentedIn(document.replace("`slug`", "`id`"))).not.toEqual(errorsIn(source));
  expect(errorsDocumentedIn(`${document}## B_CODE\n`)).not.toEqual(errorsIn(source));
  expect(errorsDocumentedIn(document)).not.toEqual(errorsIn(`${source}${source.replace("A_CODE", "B_CODE")}`));
});
