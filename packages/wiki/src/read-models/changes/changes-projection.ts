import { defineProjection, type Projection } from "@palimpsest/eventsourcing";
import { Page } from "../../domain/page.ts";
import type { PageStates } from "../page-states.ts";
import type { PageSteps } from "../page-steps.ts";
import { joinBegunSave } from "./begun-save.ts";
import { createChanges } from "./changes-tables.ts";
import { type PageChange, toPageChange } from "./page-change.ts";
import { TextSizes } from "./text-sizes.ts";
import { writeChanges } from "./write-changes.ts";

// Raise it when the tables or what stands in them change.
const VERSION = 1;

/** What was done to pages, save by save, and by whom. */
export function changesProjection(steps: PageSteps, states: PageStates): Projection {
  const sizes = new TextSizes(states);
  return defineProjection({
    name: "changes",
    version: VERSION,
    follows: [Page],
    create: createChanges,
    apply: async (events, sql) => {
      const changes: PageChange[] = [];
      for (const step of await steps.of(events)) changes.push(toPageChange(step, await sizes.of(step)));
      await writeChanges(sql, await joinBegunSave(sql, changes));
    },
  });
}
