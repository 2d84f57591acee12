import { uuid7 } from "@palimpsest/eventsourcing";
import { expect, it } from "vitest";
import { openWiki } from "../compose.ts";
import { UserId } from "../domain/current-user.ts";
import { Names } from "./names.ts";

it("names have another version when somebody has a name at last, and none when they are asked for again", async () => {
  const { people, accounts, close } = await openWiki("memory:");
  const names = new Names(people);
  const ana = { name: "Ana", email: "ana@example.org" };
  const id = (await people.ensure([ana]))(ana);
  const unknown = UserId.parse(uuid7());
  const before = names.version;
  for (let i = 0; i < 2; i++) expect([...(await names.of([id, unknown, null]))]).toEqual([[id, "Ana"]]);
  expect(names.version).toBe(before);
  await accounts.insertInto("person").values({ id: unknown, name: "Bo", email: "", created_at: 0 }).execute();
  expect((await names.of([unknown])).get(unknown)).toBe("Bo");
  expect(names.version).not.toBe(before);
  await close();
});
