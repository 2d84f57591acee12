import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

interface Chromium {
  readonly executablePath: string;
  /** Libraries that came with it, for a machine that lacks them. */
  readonly libraries?: string;
}

const INSTALLED = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

/** The Chromium of this machine, or on Linux one that came from npm; undefined where there is none. */
export const CHROMIUM: Chromium | undefined =
  INSTALLED === undefined ? unpackChromium() : { executablePath: INSTALLED };

export async function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium; set CHROMIUM_PATH");
  const { executablePath, libraries } = CHROMIUM;
  const options = { executablePath, args: ["--no-sandbox", "--disable-quic", "--disable-sync"] };
  try {
    return await chromium.launch(options);
  } catch (error) {
    if (libraries === undefined) throw error;
    return chromium.launch({ ...options, env: { ...process.env, LD_LIBRARY_PATH: libraries } });
  }
}

function unpackChromium(): Chromium | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const packed = fileURLToPath(new URL("../bin/", import.meta.resolve("@sparticuz/chromium")));
  const cache = join(import.meta.dirname, "../../node_modules/.cache");
  const { version } = JSON.parse(readFileSync(join(packed, "../package.json"), "utf8"));
  const folder = join(cache, `chromium-${version}`);
  if (!existsSync(folder)) {
    // Tests in other processes unpack at the same time: each finds all of it, or nothing.
    mkdirSync(cache, { recursive: true });
    const unpacked = mkdtempSync(join(cache, "chromium-"));
    const unpack = (name: string) => brotliDecompressSync(readFileSync(join(packed, name)));
    writeFileSync(join(unpacked, "chromium"), unpack("chromium.br"), { mode: 0o755 });
    execFileSync("tar", ["-x", "-C", unpacked], { input: unpack("al2023.tar.br") });
    try {
      renameSync(unpacked, folder);
    } catch {
      rmSync(unpacked, { recursive: true });
    }
  }
  return { executablePath: join(folder, "chromium"), libraries: join(folder, "lib") };
}
