import { openWiki } from "../src/compose.ts";

// Uploads files one after the other and says of each when it is kept and when it is recorded, until it is killed.
const [address = "", run = ""] = process.argv.slice(2);
const { wiki, files } = await openWiki(address, { env: {} });

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  for (const part of text.match(/.{1,5000}/gs) ?? []) yield Buffer.from(part);
}

for (let n = 0; ; n++) {
  const name = `run-${run}/file-${n}.txt`;
  const { hash, size } = await files.keep(bytesOf(`${name} `.repeat(2_000)), 1e6);
  process.stdout.write(`kept ${name}\n`);
  await wiki.attachments.put(name, { hash, size, type: "text/plain" });
  process.stdout.write(`recorded ${name}\n`);
}
