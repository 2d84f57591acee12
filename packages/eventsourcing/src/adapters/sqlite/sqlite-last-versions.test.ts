import { expect, it } from "vitest";
import { temporaryFile } from "../../../test/sqlite/temporary-file.ts";
import { uuid7 } from "../../domain/uuid.ts";
import { eventsOf, saveOf, upTo } from "../../testing/contract-case.ts";
import { openSqliteRecorder } from "./sqlite-recorder.ts";

async function openTwo() {
  const file = temporaryFile();
  const [here, elsewhere] = [await openSqliteRecorder({ file }), await openSqliteRecorder({ file })];
  return {
    here,
    elsewhere,
    [Symbol.asyncDispose]: async () => {
      await here.close();
      await elsewhere.close();
    },
  };
}

it("knows the last version of a stream that was read once, whoever records more", async () => {
  await using recorders = await openTwo();
  const { here, elsewhere } = recorders;
  const [page, other] = [uuid7(), uuid7()];
  await here.append(saveOf(eventsOf(page, 1)));
  expect(here.isLast(page, 1)).toBe(false);
  await here.readStream(page, { after: 1 });
  expect(here.isLast(page, 1)).toBe(true);
  await elsewhere.append(saveOf(eventsOf(other, 1)));
  expect(here.isLast(page, 1)).toBe(true);
  await elsewhere.append(saveOf([...eventsOf(page, 2), ...eventsOf(other, 2)]));
  expect([1, 2].map((version) => here.isLast(page, version))).toEqual([false, true]);
  await here.append(saveOf(eventsOf(page, 3, 4)));
  expect([2, 3, 4].map((version) => here.isLast(page, version))).toEqual([false, false, true]);
});

it("knows of many streams that were read together, also of those that are not there", async () => {
  await using recorders = await openTwo();
  const { here, elsewhere } = recorders;
  const pages = upTo(3).map(() => uuid7());
  await here.append(saveOf(pages.slice(0, 2).flatMap((page) => eventsOf(page, 1, 2))));
  await here.readStreams(pages.map((originatorId) => ({ originatorId, after: 1 })));
  expect(pages.map((page, n) => here.isLast(page, [2, 2, 1][n] ?? 0))).toEqual([true, true, true]);
  await elsewhere.append(saveOf(pages.slice(2).flatMap((page) => eventsOf(page, 1))));
  expect(pages.map((page) => here.isLast(page, 1))).toEqual([false, false, true]);
});

it("knows nothing any more where more was recorded than is worth reading", async () => {
  await using recorders = await openTwo();
  const { here, elsewhere } = recorders;
  const page = uuid7();
  await here.append(saveOf(eventsOf(page, 1)));
  await here.readStream(page);
  expect(here.isLast(page, 1)).toBe(true);
  await elsewhere.append(saveOf([...upTo(1_500).flatMap(() => eventsOf(uuid7(), 1)), ...eventsOf(page, 2)]));
  expect([1, 2].map((version) => here.isLast(page, version))).toEqual([false, false]);
  expect(await here.head()).toBe(1_502);
  await here.readStream(page, { after: 1 });
  expect(here.isLast(page, 2)).toBe(true);
});

it("answers that it does not know when it is closed", async () => {
  const file = temporaryFile();
  const recorder = await openSqliteRecorder({ file });
  const page = uuid7();
  await recorder.append(saveOf(eventsOf(page, 1)));
  await recorder.readStream(page);
  await recorder.close();
  expect(recorder.isLast(page, 1)).toBe(false);
});
