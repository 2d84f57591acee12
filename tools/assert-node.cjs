// Loaded before the programs of the workspace: it must parse on any Node, so that an old one gets this message instead of
// a syntax error from the first TypeScript file.
"use strict";

var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    "Palimpsest needs Node 24 or newer, but this is Node " +
      process.versions.node +
      " (" +
      process.execPath +
      ").\n" +
      "`npm ci` installs Node 24 beside the other dependencies and `npm run …` uses it, on Linux, Windows x64 and macOS\n" +
      "x64. Elsewhere (Apple silicon has no such package), or after an install with --omit=optional, install\n" +
      "Node 24 from https://nodejs.org and put it first in PATH.",
  );
  process.exit(1);
}
