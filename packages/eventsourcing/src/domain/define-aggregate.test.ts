import { inspect } from "node:util";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Account, actor, Name } from "../../test/account.ts";
import { contextVariable } from "../application/context-variable.ts";
import { InapplicableEventError } from "./aggregate-errors.ts";
import { nothing } from "./aggregate-spec.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { ProgrammingError } from "./errors.ts";
import { defineLog } from "./event-log.ts";
import { evolved } from "./evolution.ts";
import { InvalidEventError } from "./schema.ts";
import { NAMESPACE_URL, uuid5, uuid7 } from "./uuid.ts";

describe("an aggregate", () => {
  test("begins with its first event pending, at version 1", () => {
    const account = Account.create({ owner: "Ana" });
    expect(account.version).toBe(1);
    expect(account.state).toEqual({ owner: "Ana", balance: 0, closed: false, lastActor: null });
    expect(account.pendingEvents).toMatchObject([
      { type: "Created", topic: "Account.Created", originatorId: account.id, originatorVersion: 1 },
    ]);
  });

  test("answers from each command the events that it made", () => {
    const account = Account.create({ owner: "Ana" });
    expect(account.deposit(5)).toMatchObject([{ type: "Deposited", data: { amount: 5 }, originatorVersion: 2 }]);
    expect(account.close().map(({ type }) => type)).toEqual(["Withdrawn", "Closed"]);
    expect(account.close()).toEqual(nothing);
    expect(account.version).toBe(4);
  });

  test("is as it was before a command that throws, also where its first event would have been right", () => {
    const Twice = defineAggregate({
      name: "Twice",
      events: { Created: {}, Added: { amount: z.number().max(10) } },
      create: () => ({ sum: 0 }),
      apply: { Added: (state, { amount }) => ({ sum: state.sum + amount }) },
      commands: (event) => ({
        add: (_state, a: number, b: number) => [event.Added({ amount: a }), event.Added({ amount: b })],
      }),
    });
    const twice = Twice.create({});
    expect(() => twice.add(1, 11)).toThrow(InvalidEventError);
    expect([twice.version, twice.state.sum, twice.pendingEvents.length]).toEqual([1, 0, 1]);
  });

  test("shows what it is where it is printed, and in JSON", () => {
    const account = Account.create({ owner: "Ana" });
    const { id, version, state } = account;
    expect(JSON.parse(JSON.stringify(account))).toEqual({ id, version, state });
    expect(inspect(account)).toMatch(/^Account \{\s*id: '[0-9a-f-]{36}',\s*version: 1,\s*state: \{\s*owner: 'Ana'/);
    expect(inspect(account)).toContain("pendingEvents: [ 'Created' ]");
    expect(inspect({ deep: { deeper: { account } } })).toContain("[Account]");
  });

  test("has a state that nobody can change, to its depth", () => {
    const List = defineAggregate({
      name: "List",
      events: { Created: { items: z.array(z.object({ name: z.string() })) } },
      create: ({ items }) => ({ items }),
      apply: {},
    });
    const list = List.create({ items: [{ name: "one" }] });
    expect(() => (list.state.items as unknown[]).push(2)).toThrow(TypeError);
    expect(() => Object.assign(list.state.items[0] ?? {}, { name: "two" })).toThrow(TypeError);
  });

  test("takes the attributes of the context onto each event, also across await", async () => {
    const account = await actor.run("ana", async () => {
      const created = Account.create({ owner: "Ana" });
      await Promise.resolve();
      created.deposit(1);
      return created;
    });
    account.deposit(2);
    expect(account.pendingEvents.map(({ data }) => data.actor)).toEqual(["ana", "ana", null]);
    expect(account.state.lastActor).toBeNull();
  });

  test("refuses a value from the context that its schema refuses", () => {
    const broken = { schema: z.string(), get: () => 5 };
    const Thing = defineAggregate({
      name: "Thing",
      context: { broken },
      events: { Created: {} },
      create: () => ({}),
      apply: {},
    });
    expect(() => Thing.create({})).toThrow(InvalidEventError);
  });

  test("has an id that is a function of its data where that is declared", () => {
    expect(Name.create({ name: "a" }).id).toBe(uuid5(NAMESPACE_URL, "/names/a"));
    expect(Name.idOf({ name: "a" })).toBe(uuid5(NAMESPACE_URL, "/names/a"));
    expect(() => Account.idOf({ owner: "a", actor: null })).toThrow(ProgrammingError);
  });
});

describe("an event", () => {
  test.each([
    [{ owner: 5 }, "owner"],
    [{ owner: "" }, "owner"],
    [{}, "owner"],
    [{ owner: "Ana", bonus: 1 }, "bonus"],
    [{ owner: "Ana", actor: "root" }, "actor"],
  ])("is refused with %j, and names the field", (data, field) => {
    expect(() => Account.create(data as { owner: string })).toThrow(
      expect.objectContaining({ code: "INVALID_EVENT", field }),
    );
  });

  test("is checked by any library that speaks Standard Schema", () => {
    const locale = contextVariable({ schema: v.picklist(["en", "ar"]), fallback: "en" });
    const Note = defineAggregate({
      name: "Note",
      context: { locale },
      events: { Created: { text: v.pipe(v.string(), v.maxLength(5)) }, Marked: { at: v.optional(v.date()) } },
      create: ({ text, locale: language }) => ({ text, language, marked: false }),
      apply: { Marked: (note) => ({ ...note, marked: true }) },
      commands: (event) => ({ mark: () => event.Marked({}) }),
    });
    const note = Note.create({ text: "short" });
    note.mark();
    expect(note.state).toEqual({ text: "short", language: "en", marked: true });
    expect(() => Note.create({ text: "too long" })).toThrow(InvalidEventError);
  });

  test("names the place inside a field", () => {
    const Deep = defineAggregate({
      name: "Deep",
      events: { Created: { parts: z.array(z.object({ n: z.number() })) } },
      create: () => ({}),
      apply: {},
    });
    const create = () => Deep.create({ parts: [{ n: 1 }, { n: "2" as unknown as number }] });
    expect(create).toThrow(expect.objectContaining({ field: "parts.1.n" }));
  });

  test("is refused where its schema is asynchronous or changes the value", () => {
    const make = (schema: z.ZodType<string>) =>
      defineAggregate({ name: "Odd", events: { Created: { field: schema } }, create: () => ({}), apply: {} });
    expect(() => make(z.string().refine(async () => true)).create({ field: "a" })).toThrow(ProgrammingError);
    expect(() => make(z.string().trim()).create({ field: " a " })).toThrow(ProgrammingError);
    const nested = (schema: z.ZodType<object>) =>
      defineAggregate({ name: "Odd", events: { Created: { line: schema } }, create: () => ({}), apply: {} });
    const loose = nested(z.object({ sku: z.string() }));
    expect(() => loose.create({ line: { sku: "a", dropped: 1 } })).toThrow(ProgrammingError);
    expect(loose.create({ line: { sku: "a" } }).pendingEvents[0]?.data.line).toEqual({ sku: "a" });
    expect(() => nested(z.object({ n: z.string().trim() })).create({ line: { n: " a" } })).toThrow(ProgrammingError);
    const rich = nested(z.object({ at: z.date(), tags: z.set(z.string()), maybe: z.string().optional() }));
    expect(() => rich.create({ line: { at: new Date(), tags: new Set(["a"]), maybe: undefined } })).not.toThrow();
  });
});

describe("a fold", () => {
  const id = uuid7();
  const created = { type: "Created", topic: "Account.Created", id: uuid7(), originatorId: id, originatorVersion: 1 };
  const data = { owner: "Ana", actor: null };

  test("refuses a gap in the versions", () => {
    const later = { ...created, type: "Closed", topic: "Account.Closed", originatorVersion: 3, data: { actor: null } };
    expect(() => Account.fold(id, undefined, [{ ...created, data }, later])).toThrow(InapplicableEventError);
  });

  test("refuses the event of another aggregate, and a second beginning", () => {
    expect(() => Account.fold(id, undefined, [{ ...created, topic: "Other.Created", data }])).toThrow(
      InapplicableEventError,
    );
    const again = { ...created, originatorVersion: 2, data };
    expect(() => Account.fold(id, undefined, [{ ...created, data }, again])).toThrow(InapplicableEventError);
  });

  test("checks the state once at the end of a batch, and names the last event", () => {
    let checks = 0;
    const Checked = defineAggregate({
      name: "Checked",
      events: { Created: {}, Added: { amount: z.number() } },
      create: () => ({ sum: 0 }),
      apply: { Added: (state, { amount }) => ({ sum: state.sum + amount }) },
      check: ({ sum }) => {
        checks += 1;
        if (sum > 10) throw new Error("too much");
      },
      commands: (event) => ({
        add: (_state, ...amounts: number[]) => amounts.map((amount) => event.Added({ amount })),
      }),
    });
    const checked = Checked.create({});
    checked.add(20, -15);
    expect(checks).toBe(2);
    // In a command the rule itself speaks: nothing is recorded yet.
    expect(() => checked.add(6)).toThrow("too much");
    expect(checked.version).toBe(3);
    const [created, added] = checked.pendingEvents;
    if (!created || !added) throw new Error("there are events");
    expect(() => Checked.fold(checked.id, undefined, [created, { ...added, data: { amount: 20 } }])).toThrow(
      expect.objectContaining({ code: "INAPPLICABLE_EVENT", topic: "Checked.Added", originatorVersion: 2 }),
    );
  });
});

describe("a command", () => {
  const declare = (commands: object, apply = () => ({ sum: 1 })) =>
    defineAggregate({
      name: "Odd",
      events: { Created: {}, Added: { items: z.array(z.number()) } },
      create: () => ({ sum: 0 }),
      apply: { Added: apply as () => { sum: number } },
      commands: (event) =>
        ({ add: (_state: unknown, items: number[]) => event.Added({ items }), ...commands }) as never,
    }).create({}) as unknown as { readonly [command: string]: (items?: unknown) => unknown };

  test.each([
    ["an event that no factory made", () => ({ type: "Added", data: { items: ["unchecked"] } })],
    ["a promise", async () => nothing],
    ["nothing at all", () => undefined],
  ])("is a mistake where it answers %s", (_what, command) => {
    expect(() => declare({ command })["command"]?.()).toThrow(ProgrammingError);
  });

  test("is a mistake where `apply` answers no state", () => {
    expect(() => declare({}, (() => undefined) as never)["add"]?.([1])).toThrow(ProgrammingError);
  });

  test("takes nothing where it has no fields, and nothing else than an object where it has", () => {
    const Door = defineAggregate({
      name: "Door",
      events: { Created: {}, Closed: {}, Painted: { colour: z.string() } },
      create: () => ({ colour: "white" }),
      apply: { Closed: (door) => door, Painted: (_door, { colour }) => ({ colour }) },
      commands: (event) => ({
        close: () => event.Closed(),
        paint: (_door, data: unknown) => event.Painted(data as never),
      }),
    });
    const door = Door.create({});
    expect(door.close()).toMatchObject([{ type: "Closed", data: {} }]);
    for (const data of [null, "red", 5])
      expect(() => door.paint(data)).toThrow(/Door.Painted takes an object of its fields/);
    expect(() => door.paint(undefined)).toThrow(InvalidEventError);
    expect(() => Account.create("Ana" as never)).toThrow(ProgrammingError);
  });

  test("records what was given, not what becomes of it later", () => {
    const items = [1, 2];
    declare({})["add"]?.(items);
    expect(() => items.push(3)).toThrow(TypeError);
  });
});

describe("a declaration", () => {
  test("is refused where a command would hide a property, or a field collides with the context", () => {
    const declare = (events: object, commands: object) =>
      defineAggregate({
        name: "Odd",
        context: { actor },
        events: { Created: {}, ...events },
        create: () => ({}),
        apply: {} as never,
        commands: () => commands as never,
      });
    expect(() => declare({}, { state: () => nothing })).toThrow(ProgrammingError);
    expect(() => declare({ Changed: { actor: z.string() } }, {})).toThrow(ProgrammingError);
  });

  test.each(["", "a.b", "5", "a b"])("is refused where a name is %j", (name) => {
    const declare = (aggregate: string, type: string) =>
      defineAggregate({
        name: aggregate,
        events: { Created: {}, [type]: {} },
        create: () => ({}),
        apply: {} as never,
      });
    expect(() => declare(name, "Changed")).toThrow(ProgrammingError);
    expect(() => declare("Page", name)).toThrow(ProgrammingError);
  });

  test("lists every topic under which its events may stand in the log", () => {
    const Moved = defineAggregate({
      name: "Page",
      formerly: ["WikiPage"],
      events: {
        Created: {},
        SlugUpdated: evolved({ slug: z.string() }, { formerly: ["SlugChanged"], upcast: [(event) => event] }),
      },
      create: () => ({}),
      apply: { SlugUpdated: (page) => page },
    });
    const type = Moved.eventTypes.find((eventType) => eventType.type === "SlugUpdated");
    expect(type?.topics).toEqual([
      "Page.SlugUpdated",
      "Page.SlugChanged",
      "WikiPage.SlugUpdated",
      "WikiPage.SlugChanged",
    ]);
    expect(type?.version).toBe(2);
  });
});

test("a log makes events with its id and its context, and no version", () => {
  const log = defineLog({
    name: "Seen",
    id: uuid5(NAMESPACE_URL, "/seen"),
    event: { what: z.string() },
    context: { actor },
  });
  const event = actor.run("ana", () => log.event({ what: "x" }));
  expect(event).toMatchObject({ topic: "Seen", originatorId: log.id, data: { what: "x", actor: "ana" } });
  expect("originatorVersion" in event).toBe(false);
  expect(() => log.event({ what: 5 as unknown as string })).toThrow(InvalidEventError);
});
