import assert from "node:assert/strict";
import { beforeEach, describe, it } from "vitest";
import { z } from "zod";
import { noteRun, storeOf } from "../../../../tools/reliability/run.ts";
import type { TestStore } from "../../../../tools/testing/engines.ts";
import { ENGINES } from "../../../../tools/testing/engines.ts";
import { Application } from "../../src/application/application.ts";
import { readNotifications } from "../../src/application/notification-log.ts";
import { defineAggregate } from "../../src/domain/define-aggregate.ts";
import { evolved } from "../../src/domain/evolution.ts";
import type { Uuid } from "../../src/domain/uuid.ts";
import { subscribe } from "../../src/following/subscription.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import { FutureEventError, UnknownTopicError } from "../../src/persistence/store-errors.ts";
import { rejection } from "../../src/testing/contract-case.ts";

const shape = { amount: z.number() };
const sum = (total: { readonly amount: number }, { amount }: { readonly amount: number }) => ({
  amount: total.amount + amount,
});

/** What an older program knows. */
const Purse = defineAggregate({
  name: "Purse",
  events: { Created: {}, Filled: shape },
  create: () => ({ amount: 0 }),
  apply: { Filled: sum },
  commands: (event) => ({ fill: (_purse, amount: number) => event.Filled({ amount }) }),
});

/** What a newer one has recorded: an event of another shape, and one of another type. */
const NewerPurse = defineAggregate({
  name: "Purse",
  events: {
    Created: {},
    Filled: evolved({ ...shape, from: z.string() }, { upcast: [(data) => ({ ...data, from: "" })] }),
    Stolen: shape,
  },
  create: () => ({ amount: 0 }),
  apply: { Filled: sum, Stolen: (purse, { amount }) => ({ amount: purse.amount - amount }) },
  commands: (event) => ({
    fill: (_purse, amount: number) => event.Filled({ amount, from: "a friend" }),
    steal: (_purse, amount: number) => event.Stolen({ amount }),
  }),
});

describe.each(Object.entries(ENGINES))("an older program, with a store on %s", (engine, makeStore) => {
  let store: TestStore;
  let recorder: Recorder;
  let ids: { readonly known: Uuid; readonly newer: Uuid; readonly unknown: Uuid };

  const open = (definition: typeof Purse | typeof NewerPurse) =>
    Application.open({ name: "Purses", aggregates: [definition], store: recorder, env: {} });

  beforeEach(async () => {
    store = await makeStore();
    recorder = await store.open();
    const [older, newer] = [await open(Purse), await open(NewerPurse)];
    const known = Purse.create({});
    known.fill(5);
    await older.save(known);
    const filled = NewerPurse.create({});
    filled.fill(7);
    await newer.save(filled);
    const robbed = NewerPurse.create({});
    robbed.steal(3);
    await newer.save(robbed);
    await older.save(Purse.create({}));
    ids = { known: known.id, newer: filled.id, unknown: robbed.id };
    return () => store.drop();
  });

  it("is told by name of an event of a later version and of one that it does not know, and is served the others", async () => {
    const app = await open(Purse);
    const { code, topic, schemaVersion } = await rejection(app.repository.get(Purse, ids.newer), FutureEventError);
    assert.deepEqual([code, topic, schemaVersion], ["FUTURE_EVENT", "Purse.Filled", 2]);
    assert.equal((await rejection(app.repository.get(Purse, ids.unknown), UnknownTopicError)).topic, "Purse.Stolen");
    await rejection(app.repository.history(Purse, ids.unknown), UnknownTopicError);
    assert.deepEqual((await app.repository.get(Purse, ids.known)).state, { amount: 5 });
    assert.deepEqual((await (await open(NewerPurse)).repository.get(NewerPurse, ids.unknown)).state, { amount: -3 });
  });

  it("follows the log up to such an event and not beyond it: none is skipped", async () => {
    const app = await open(Purse);
    for (const read of [() => readNotifications(app.notificationLog), () => subscribe(app.notificationLog)]) {
      const positions: number[] = [];
      const follow = async () => {
        for await (const row of read()) {
          app.toDomainEvent(row);
          positions.push(row.position);
        }
      };
      await rejection(follow(), FutureEventError);
      assert.deepEqual(positions, [1, 2, 3]);
    }
    noteRun({
      promises: [11],
      store: storeOf(engine),
      what: "an older program loads, and follows, what a newer one recorded",
      figures: { "events refused by name": 2, skipped: 0 },
      control: await control(app),
    });
  });

  /** A reader that leaves out what it does not know must come to another sum. */
  async function control(app: Application): Promise<string> {
    let amount = 0;
    for await (const row of readNotifications(app.notificationLog)) {
      try {
        amount += (app.toDomainEvent(row).data as { readonly amount?: number }).amount ?? 0;
      } catch {
        // Skipped in silence.
      }
    }
    assert.notEqual(amount, 5 + 7 - 3);
    return `a reader that skips what it does not know counts ${amount} in place of ${5 + 7 - 3}`;
  }
});
