import { createRequire } from "node:module";
import type { HLJSApi, LanguageFn } from "highlight.js";
import { keepAllowedMarkup } from "./allowed-markup.ts";
import { LIMITS } from "./limits.ts";

// Loaded with the first code that needs it: a server that starts shows no code yet.
const require = createRequire(import.meta.url);
let core: HLJSApi | undefined;

// Left out, as they take half a second for 10 kB of a hostile text: csharp, ini (and TOML), shell sessions.
const LANGUAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    bash: "bash sh zsh console shell",
    c: "c h",
    cpp: "cpp c++ cc hpp",
    css: "css",
    diff: "diff patch",
    dockerfile: "dockerfile docker",
    go: "go golang",
    graphql: "graphql gql",
    java: "java",
    javascript: "javascript js jsx mjs cjs",
    json: "json jsonc",
    kotlin: "kotlin kt",
    lua: "lua",
    makefile: "makefile make mk",
    php: "php",
    python: "python py",
    ruby: "ruby rb",
    rust: "rust rs",
    scss: "scss",
    sql: "sql",
    swift: "swift",
    typescript: "typescript ts tsx mts cts",
    x86asm: "x86asm asm nasm",
    xml: "xml html svg xhtml",
    yaml: "yaml yml",
  }).flatMap(([language, names]) => names.split(" ").map((name) => [name, language])),
);

const SPANS = { span: { class: /^[a-z_ -]{1,80}$/ } };

/** Code as HTML with classes; undefined where it is shown plain: no known language, too long, or costly to read. */
export function highlightCode(code: string, languageName: string): string | undefined {
  const language = LANGUAGES.get(languageName.toLowerCase());
  if (language === undefined || code.length > LIMITS.codeBlockUnits) return undefined;
  // What real code has not, and the grammars take quadratic time for: endless words, lines and white space.
  if (/\w{100}|[^\n]{500}|\s{200}/.test(code)) return undefined;
  try {
    const { value } = load(language).highlight(code, { language, ignoreIllegals: true });
    return keepAllowedMarkup(value, SPANS);
  } catch {
    // A grammar that fails leaves the code readable.
    return undefined;
  }
}

function load(language: string): HLJSApi {
  core ??= require("highlight.js/lib/core") as HLJSApi;
  if (core.getLanguage(language) === undefined) {
    core.registerLanguage(language, require(`highlight.js/lib/languages/${language}`) as LanguageFn);
  }
  return core;
}
