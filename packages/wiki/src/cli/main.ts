#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// A third of the time that a start takes goes into reading our sources, which Node can keep. In a folder of the user's own:
// one that all can write to, as Node's default is, would let others put their code in the place of ours.
const { XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env;
const caches = XDG_CACHE_HOME || LOCALAPPDATA || (HOME ? join(HOME, ".cache") : "");
if (caches !== "") enableCompileCache(join(caches, "palimpsest"));

const [{ runCommandLine }, { processTerminal }] = await Promise.all([
  import("./run-command-line.ts"),
  import("./process-terminal.ts"),
]);

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal(process));
