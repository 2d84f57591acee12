import { openWiki } from "./compose.ts";
import { serveWiki } from "./http/wiki-server.ts";
const wiki = await openWiki(process.argv[2] ?? "memory:");
wiki.readModels.start();
if ((await wiki.wiki.getPages({limit: 1})).length === 0) await wiki.wiki.createPage({ title: "Home", slug: "home", body: "# Hello\n\nSee [[Other]] and `code`.\n\n## A\n\ntext\n\n## B\n" });
const server = await serveWiki(wiki, { host: "127.0.0.1", port: Number(process.argv[3] ?? 8099), name: "Try", viewer: { userId: null, role: "administrator" }, onError: (e) => console.error(e) });
console.log(server.address);
