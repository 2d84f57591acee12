import { RepositoryBuilder } from "./repository-builder.ts";

const PICTURE = Buffer.from("\x89PNG\r\n\x1a\n\0\xff", "latin1");
const BEN = "Ben <ben@example.org>";
const NUMBERS = Array.from({ length: 60 }, (_, n) => `line ${n}\n`).join("");
const LETTERS = Array.from({ length: 26 }, (_, n) => `${String.fromCharCode(97 + n).repeat(20)}\n`).join("");

/** A repository with all that was found in real ones, and what they may have tomorrow. */
export function quirkyRepository(): RepositoryBuilder {
  return (
    new RepositoryBuilder()
      .commit({
        message: "Begin\n\nwith a body\n",
        files: [
          ["Home.md", "# Home\n"],
          ['He said "no" | yes.md', "quotes and pipes\n"],
          ["مرحبا بالعالم.md", "عربى\n"],
          ["two\nlines.md", "a name with a line break\n"],
          ["Numbers.md", NUMBERS],
          ["Letters.md", LETTERS],
          ["guides/Getting Started.markdown", "start\n"],
          ["logo.png", Buffer.from([0x89, 0x50, 0])],
        ],
      })
      // The clock of a committer goes back for two days, and comes again.
      .commit({ time: 1_388_400_000, author: BEN, message: "back in time", files: [["Home.md", "# Home\nsecond\n"]] })
      .commit({ time: 1_388_600_000, message: "", files: [["Home.md", "# Home\r\nsecond\r\n\r"]] })
      .commit({ message: "---", files: [["Bom.md", "\ufeffwith a mark"]] })
      .commit({
        message: `${"long ".repeat(200)}\n\n${"rest ".repeat(5_000)}`,
        files: [["Bom.md", "\ufeffno newline at the end"]],
      })
      .commit({ message: "nothing at all" })
      .commit({ message: "an image alone", files: [["logo.png", Buffer.from([0x89, 0x50, 1])]] })
      .commit({
        message: "swap",
        files: [
          ["Numbers.md", LETTERS],
          ["Letters.md", NUMBERS],
        ],
      })
      .commit({
        message: "case alone",
        files: [
          ["Home.md", null],
          ["home.md", "# Home\r\nsecond\r\n\r"],
        ],
      })
      .commit({
        message: "one slug for two",
        files: [
          ["HOME.md", "another\n"],
          ["search.md", "reserved\n"],
        ],
      })
      .commit({
        message: "move and edit",
        files: [
          ["Letters.md", null],
          ["lists/Numbers 2.md", `${NUMBERS}one more\n`],
        ],
      })
      .commit({
        message: "a chain",
        files: [
          ["Numbers.md", null],
          ["lists/Numbers 2.md", LETTERS],
          ["Third.md", `${NUMBERS}one more\n`],
        ],
      })
      .commit({
        message: "moved aside for a new one",
        files: [
          ["Third.md", "a stub\n"],
          ["Old Third.md", `${NUMBERS}one more\n`],
        ],
      })
      .commit({
        message: "gone",
        files: [
          ["Bom.md", null],
          ["HOME.md", null],
        ],
      })
      .commit({ message: "back, and other", files: [["Bom.md", "not as before\n"]] })
      .commit({ message: "once", files: [["Return.md", "once\n"]] })
      .commit({ files: [["Return.md", null]] })
      .commit({ message: "again", files: [["Return.md", "again\n"]] })
      .commit({
        message: "and another in its place",
        files: [
          ["Return.md", null],
          ["Elsewhere.md", "again\n"],
        ],
      })
      .commit({ files: [["Return.md", "a page of its own\n"]] })
      .commit({
        message: "not for a page",
        files: [
          ["latin1.md", Buffer.from("caf\xe9\n", "latin1")],
          ["nul.md", "a\0b"],
          ["big.md", "x".repeat(2 ** 20 + 1)],
          ["as big as can be.md", "é".repeat(2 ** 19)],
          ["link.md", { mode: "120000", target: "home.md" }],
          ["module.md", { mode: "160000", target: "0123456789012345678901234567890123456789" }],
          [Buffer.from("caf\xe9.md", "latin1"), "a name that is not UTF-8\n"],
          ["page.textile", "h1. No Markdown\n"],
        ],
      })
      .commit({
        message: "mended",
        files: [
          ["latin1.md", "café\n"],
          ["nul.md", "ab"],
          ["big.md", "x"],
          ["page.textile", null],
          ["page.md", "h1. No Markdown\n"],
        ],
      })
      .commit({ message: "broken again", files: [["latin1.md", Buffer.from("caf\xe9\n", "latin1")]] })
      .commit({ message: "mended again", files: [["latin1.md", "café again\n"]] })
      .commit({
        message: "many",
        files: Array.from({ length: 120 }, (_, n) => [`many/Page ${n}.md`, `page ${n}\n`] as const),
      })
      .commit({
        message: "empty",
        files: [
          ["Empty.md", ""],
          ["¿?.md", "no letter in its name\n"],
          ["!.md", "nor here\n"],
        ],
      })
      // Files that are no pages.
      .commit({
        message: "pictures, and a page that shows them",
        files: [
          ["images/Street map.png", PICTURE],
          ["images/e\u0301te.svg", "<svg></svg>"],
          ["Pictures.md", "![](images/Street%20map.png)\n"],
          ["nav.yaml", "a: b\n"],
          [".gitignore", "*.tmp\n"],
          ["what?.png", PICTURE],
          ["empty.txt", ""],
          ["big.bin", Buffer.alloc(2 ** 20 + 1, 7)],
          ["grows.bin", "small"],
        ],
      })
      .commit({
        message: "a picture moves, another one goes, files grow and shrink",
        author: BEN,
        files: [
          ["images/Street map.png", null],
          ["images/map.png", PICTURE],
          ["nav.yaml", null],
          ["empty.txt", "no more"],
          ["grows.bin", Buffer.alloc(2 ** 20 + 2, 7)],
        ],
      })
      .commit({ message: "back", files: [["nav.yaml", "c: d\n"]] })
      .commit({ branch: "drawing", author: BEN, message: "beside: drawn anew", files: [["images/map.png", "beside"]] })
      .commit({ branch: "drawing", message: "beside: more", files: [["images/more.png", "beside"]] })
      .commit({ message: "on the main line: drawn, too", files: [["images/map.png", "main"]] })
      .commit({ message: "Merge, and take one of them", merge: "drawing", files: [["images/more.png", "beside"]] })
      // Two branches that touch the same lines, and others.
      .commit({
        message: "before the fork",
        files: [
          ["Fork.md", "a\nb\nc\nd\ne\n"],
          ["Gone.md", "x\n"],
          ["Source.md", LETTERS.toUpperCase()],
        ],
      })
      .commit({
        branch: "side",
        author: BEN,
        message: "beside: the first line",
        files: [["Fork.md", "A\nb\nc\nd\ne\n"]],
      })
      .commit({
        branch: "side",
        author: BEN,
        message: "beside: the last line",
        files: [
          ["Fork.md", "A\nb\nc\nd\nE\n"],
          ["Beside.md", "new\n"],
        ],
      })
      .commit({
        branch: "side",
        author: BEN,
        message: "beside: moved and gone",
        files: [
          ["Gone.md", null],
          ["Old Third.md", null],
          ["Ancient.md", `${NUMBERS}one more\n`],
          ["Source.md", null],
          ["Target.md", LETTERS.toUpperCase()],
        ],
      })
      .commit({
        message: "on the main line: the last line too",
        files: [
          ["Fork.md", "a\nb\nc\nd\nmain\n"],
          ["Gone.md", "y\n"],
          ["Old Third.md", `${NUMBERS}and more\n`],
          ["Target.md", "another page at the place where that one goes\n"],
        ],
      })
      .commit({
        message: "Merge branch 'side'",
        merge: "side",
        files: [
          ["Fork.md", "A\nb\nc\nd\nmain and E\n"],
          ["Beside.md", "new\n"],
          ["Ancient.md", `${NUMBERS}and more\n`],
          ["Old Third.md", null],
          ["Source.md", null],
          ["Target.md", LETTERS.toUpperCase()],
        ],
      })
      .commit({ branch: "second", message: "beside again", files: [["Fork.md", "again\n"]] })
      .commit({ message: "main again", files: [["home.md", "# Home\n"]] })
      .commit({ message: "Merge, and take nothing", merge: "second", files: [] })
      .commit({ message: "the end", author: " <>", files: [["home.md", "# The end"]] })
      .write()
  );
}
