// Runs a program on the Node 24 that `npm ci` installed, whatever Node runs this: `node tools/node-24.cjs program.ts`.
// npm 11 and newer link that Node into node_modules/.bin; npm 10 links none where the packages of several platforms
// offer the same program.
"use strict";

var childProcess = require("node:child_process");
var fs = require("node:fs");
var path = require("node:path");

var isWindows = process.platform === "win32";
var name = "node-" + (isWindows ? "win" : process.platform) + "-" + process.arch;
var installed = path.join(__dirname, "..", "node_modules", name, "bin", isWindows ? "node.exe" : "node");
var node = fs.existsSync(installed) ? installed : process.execPath;
if (node === process.execPath) require("./assert-node.cjs");

process.env.PATH = path.dirname(node) + path.delimiter + process.env.PATH;
var child = childProcess.spawn(node, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(node + " does not run here: " + error.message);
  process.exit(1);
});
child.on("exit", (code) => {
  process.exit(code === null ? 1 : code);
});

// A terminal sends an interrupt to both; a supervisor ends this process alone.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {
  child.kill("SIGTERM");
});
