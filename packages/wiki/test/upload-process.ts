import { openWiki } from "../src/compose.ts";

// Uploads files one after the other and says of each when it is kept and when it is recorded and confirmed, or that it is
// refused, until it is killed.
const [address = "", run = ""] = process.argv.slice(2);
const { wiki, files } = await openWiki(address, { env: {} });

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  for (const part of text.match(/.{1,5000}/gs) ?? []) yield Buffer.from(part);
}

async function upload(name: string): Promise<void> {
  const { hash, size } = await files.keep(bytesOf(`${name} `.repeat(2_000)), 1e6);
  process.stdout.write(`kept ${name}\n`);
  await wiki.attachments.put(name, { hash, size, type: "text/plain" });
  await files.confirm({ hash, size });
  process.stdout.write(`recorded ${name}\n`);
}

for (let n = 0; ; n++) {
  const name = `run-${run}/file-${n}.txt`;
  await upload(name).catch((error: unknown) => process.stdout.write(`refused ${name}: ${error}\n`));
}
