import { describe, expect, test } from "vitest";
import { z } from "zod";
import { contextVariable } from "../application/context-variable.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { defineLog } from "./event-log.ts";
import { evolved } from "./evolution.ts";
import { NAMESPACE_URL, uuid5 } from "./uuid.ts";

// What a program in JavaScript may write, where no compiler reads it.
describe("a declaration", () => {
  const spec = {
    name: "Parcel",
    events: { Created: { to: z.string() }, Moved: { to: z.string() } },
    create: ({ to }: { readonly to: string }) => ({ to }),
    apply: { Moved: (parcel: object, { to }: { readonly to: string }) => ({ ...parcel, to }) },
  };
  const declaring = (part: object) => () => defineAggregate({ ...spec, ...part } as typeof spec);

  test.each([
    ["has no events", { events: undefined }, /Parcel declares no events; .*"Created" first/],
    ["has no first event", { events: { Moved: spec.events.Moved } }, /Parcel declares no event "Created"/],
    ["has no name", { name: undefined }, /"undefined" is no name for an aggregate/],
    ["does not say what the first state is", { create: undefined }, /"create" of Parcel is no function/],
    ["leaves out what an event does", { apply: {} }, /"apply.Moved" of Parcel is missing/],
    ["leaves out what events do", { apply: undefined }, /"apply.Moved" of Parcel is missing/],
    [
      "says what an event does that there is not",
      { apply: { ...spec.apply, Mooved: spec.apply.Moved } },
      /"apply.Mooved" of Parcel belongs to no event; .*one of "Moved"/,
    ],
    [
      "says a second time what the first event does",
      { apply: { ...spec.apply, Created: spec.apply.Moved } },
      /"apply.Created" of Parcel belongs to no event; .*"create"/,
    ],
    [
      "gives a schema in the place of fields",
      { events: { ...spec.events, Moved: z.object({ to: z.string() }) } },
      /Parcel.Moved is one schema; give an object of fields/,
    ],
    [
      "gives a word in the place of a schema",
      { events: { ...spec.events, Moved: { to: "string" } } },
      /"to" of Parcel.Moved is no schema/,
    ],
    ["gives nothing in the place of fields", { events: { ...spec.events, Moved: null } }, /Parcel.Moved is no object/],
    [
      "takes an attribute of the context that has no schema",
      { context: { actor: contextVariable({ fallback: null } as never) } },
      /"actor" of Parcel.Created is no schema/,
    ],
    ["gives one former name and no list", { formerly: "Packet" }, /"formerly" of Parcel is no list/],
  ])("is refused where it %s", (_case, part, message) => {
    expect(declaring(part)).toThrow(message);
    expect(declaring(part)).toThrow(expect.objectContaining({ code: "PROGRAMMING_ERROR" }));
  });

  test("is taken where nothing is wrong with it", () => {
    expect(declaring({})).not.toThrow();
  });

  test("of a log is refused where it gives a schema in the place of fields", () => {
    const log = { name: "Logged", id: uuid5(NAMESPACE_URL, "/logged"), event: z.object({ at: z.string() }) };
    expect(() => defineLog(log as never)).toThrow(/Logged is one schema; give an object of fields/);
  });

  test("of a changed event is refused where it gives no lists: its version would be wrong for ever", () => {
    const shape = { to: z.string() };
    expect(() => evolved(shape, { upcast: (data: object) => data } as never)).toThrow(/"upcast" .* is no list/);
    expect(() => evolved(shape, { formerly: "Sent" } as never)).toThrow(/"formerly" .* is no list/);
  });
});
