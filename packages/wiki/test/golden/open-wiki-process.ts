// A process of its own that opens a wiki, which makes or upgrades its databases, and closes it.
import { openWiki } from "../../src/compose.ts";

const [address = "", attachments = ""] = process.argv.slice(2);
const parts = await openWiki(address, { env: {}, attachments });
await parts.readModels.status();
await parts.close();
