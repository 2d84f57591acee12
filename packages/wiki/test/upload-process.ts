import { AttachmentAccess } from "../src/access/attachment-access.ts";
import { openWiki } from "../src/compose.ts";
import { toAttachmentName } from "../src/domain/attachment-name.ts";

// Uploads files one after the other and says of each when it is kept and when it is acknowledged, or that it is refused,
// until it is killed.
const [address = "", run = ""] = process.argv.slice(2);
const attachments = new AttachmentAccess(await openWiki(address, { env: {} }), { userId: null, role: "editor" });

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  for (const part of text.match(/.{1,5000}/gs) ?? []) yield Buffer.from(part);
}

async function upload(name: string): Promise<void> {
  const kept = await attachments.keep(bytesOf(`${name} `.repeat(2_000)));
  process.stdout.write(`kept ${name}\n`);
  await attachments.upload(toAttachmentName(name), kept);
  process.stdout.write(`recorded ${name}\n`);
}

for (let n = 0; ; n++) {
  const name = `run-${run}/file-${n}.txt`;
  await upload(name).catch((error: unknown) => process.stdout.write(`refused ${name}: ${error}\n`));
}
