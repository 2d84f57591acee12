// Read by the type checker alone: each line under `@ts-expect-error` must not compile, or the check fails.
import { z } from "zod";
import { contextVariable } from "../application/context-variable.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { defineLog } from "./event-log.ts";
import { NAMESPACE_URL, uuid5 } from "./uuid.ts";

const userId = contextVariable({ schema: z.string().nullable(), fallback: null });
const events = { Created: { title: z.string() }, Renamed: { title: z.string(), why: z.string().optional() } };

export const Page = defineAggregate({
  name: "Page",
  context: { userId },
  events,
  create: ({ title }): { readonly title: string } => ({ title }),
  apply: { Renamed: (page, { title }) => ({ ...page, title }) },
  commands: (event) => ({
    rename: (_page, title: string) => event.Renamed({ title }),
    renameFor: (page, why: string, times?: number) => (times !== 0 ? event.Renamed({ title: page.title, why }) : []),
  }),
});

const page = Page.create({ title: "a" });
const title: string = page.state.title;
page.rename(title);
page.renameFor("because", 2);
page.renameFor("because");

// Commands are typed.
// @ts-expect-error an argument of the wrong type
page.rename(5);
// @ts-expect-error an argument too few
page.rename();
// @ts-expect-error an argument too many
page.rename("a", "b");
// @ts-expect-error no such command
page.renam("a");

// So is creation.
// @ts-expect-error a field is missing
Page.create({});
// @ts-expect-error a field is misspelt
Page.create({ titel: "a" });
// @ts-expect-error a field from the context is not given
Page.create({ title: "a", userId: "b" });

// State is read-only.
// @ts-expect-error a state is not assigned to
page.state.title = "b";

// Events are a discriminated union.
for (const event of page.pendingEvents) {
  const user: string | null = event.data.userId;
  if (event.type === "Renamed") {
    const why: string | undefined = event.data.why;
    // @ts-expect-error no such field
    event.data.titel;
    export_(why, user);
  } else {
    // @ts-expect-error only `Renamed` has it
    event.data.why;
  }
  // @ts-expect-error no such event
  if (event.type === "Deleted") export_(event);
}

defineAggregate({
  name: "Page",
  events,
  create: ({ title }) => ({ title }),
  // @ts-expect-error an event that no case applies
  apply: {},
});

defineAggregate({
  name: "Page",
  events,
  create: ({ title }) => ({ title }),
  apply: {
    Renamed: (state) => state,
    // @ts-expect-error a case for no event
    Deleted: (state) => state,
  },
});

defineAggregate({
  name: "Page",
  events,
  // @ts-expect-error a misspelt field
  create: ({ titel }) => ({ titel }),
  apply: { Renamed: (state) => state },
});

defineAggregate({
  name: "Page",
  events,
  create: ({ title }) => ({ title }),
  // @ts-expect-error a misspelt field
  apply: { Renamed: (state, { titel }) => ({ ...state, title: titel }) },
});

defineAggregate({
  name: "Page",
  events,
  create: ({ title }) => ({ title }),
  apply: { Renamed: (state, data) => ({ ...state, title: data.title }) },
  commands: (event) => ({
    // @ts-expect-error a misspelt field
    misspelt: () => event.Renamed({ titel: "a" }),
    // @ts-expect-error a field of the wrong type
    wrong: () => event.Renamed({ title: 5 }),
    // @ts-expect-error no such event
    missing: () => event.Deleted({}),
    // @ts-expect-error the first event is made by `create` alone
    created: () => event.Created({ title: "a" }),
  }),
});

const log = defineLog({ name: "PageLogged", id: uuid5(NAMESPACE_URL, "/log"), event: { pageId: z.string() } });
log.event({ pageId: "a" });
// @ts-expect-error a field of the wrong type
log.event({ pageId: 5 });

declare function export_(...values: unknown[]): void;

// An event without fields, or with optional ones alone, takes nothing; any other takes what it needs.
export const Door = defineAggregate({
  name: "Door",
  events: { Created: {}, Closed: {}, Locked: { by: z.string().optional() }, Painted: { colour: z.string() } },
  create: () => ({}),
  apply: { Closed: (door) => door, Locked: (door) => door, Painted: (door) => door },
  commands: (event) => ({
    close: () => [event.Closed(), event.Closed({}), event.Locked(), event.Locked({ by: "Ana" })],
    // @ts-expect-error a field of the wrong type
    lock: () => event.Locked({ by: 5 }),
    // @ts-expect-error a field is missing
    paint: () => event.Painted(),
    // @ts-expect-error a misspelt field
    misspelt: () => event.Painted({ color: "red" }),
    // @ts-expect-error more than the fields
    twice: () => event.Painted({ colour: "red" }, 2),
  }),
});

// What `apply` answers is the state that `create` makes: it neither widens that nor takes its place.
export const Order = defineAggregate({
  name: "Order",
  events: { Created: {}, Placed: {}, Lost: {} },
  create: (): { readonly status: "open" | "placed" } => ({ status: "open" }),
  apply: {
    Placed: (order) => ({ ...order, status: "placed" as const }),
    // @ts-expect-error no such status
    Lost: (order) => ({ ...order, status: "lost" }),
  },
});
