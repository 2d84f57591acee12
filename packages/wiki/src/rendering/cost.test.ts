import { expect, test } from "vitest";
import { CHEAP, costOf, countInclusions } from "./cost.ts";

const PROSE = "The quick brown fox, they say, jumps over the [[Lazy dog]] and *its* friends (three of them).\n\n";

test("ordinary pages are cheap", () => {
  expect(costOf(PROSE.repeat(5_000 / PROSE.length))).toBeLessThan(CHEAP / 3);
  expect(costOf(`${PROSE.repeat(50)}\n\`\`\`ts\nconst a = b(c);\n\`\`\`\n${PROSE.repeat(50)}`)).toBeLessThan(CHEAP);
  expect(costOf(`${"It costs $5 or $10. ".repeat(20)}${PROSE.repeat(50)}`)).toBeLessThan(CHEAP);
});

test.each(["![[](", "[", "*a_ ", "# a\n", "a\n\n", "$''''''$ ", "`", "http://"])("10 kB of %j are not", (sign) => {
  expect(costOf(sign.repeat(10_000 / sign.length))).toBeGreaterThan(CHEAP);
});

test("diagrams, long code and long formulas are not", () => {
  const code = "letters and words\n".repeat(600);
  expect(costOf("```nomnoml\n[a]\n```\n")).toBeGreaterThan(CHEAP);
  expect(costOf(code)).toBeLessThan(CHEAP);
  expect(costOf(`\`\`\`go\n${code}\`\`\`\n`)).toBeGreaterThan(CHEAP);
  expect(costOf(`$${"a".repeat(900)}$ `.repeat(3))).toBeGreaterThan(CHEAP);
});

test.each([
  ["in a list, which ends it", "- ```go\n- ```\n"],
  ["in a quotation", "> ```go\n"],
  ["longer than the one that seems to end it", "````go\n```\n"],
  ["of the other kind", "~~~go\n```\n"],
  ["within one without a language", "```\n~~~go\n```\n```go\n"],
  ["indented", "```go\n    ```\n"],
])("code counts behind a fence that is %s", (_what, fences) => {
  const code = "letters and words\n".repeat(600);
  expect(costOf(fences + code)).toBeGreaterThan(CHEAP);
});

test("inclusions are counted up to as many as there can be", () => {
  expect(countInclusions("a ![[b]] c ![[d]]")).toBe(2);
  expect(countInclusions("![[a]]\n".repeat(1_000))).toBe(100);
});
