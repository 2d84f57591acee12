import { defineProjection, type Projection } from "@palimpsest/eventsourcing";
import { Page } from "../../domain/page.ts";
import type { PageStates } from "../page-states.ts";
import { joinBegunSave } from "./begun-save.ts";
import { createChanges } from "./changes-tables.ts";
import { toPageChange } from "./page-change.ts";
import { writeChanges } from "./write-changes.ts";

// Raise it when the tables or what stands in them change.
const VERSION = 1;

/** What was done to pages, save by save, and by whom. */
export function changesProjection(states: PageStates): Projection {
  return defineProjection({
    name: "changes",
    version: VERSION,
    follows: [Page],
    create: createChanges,
    apply: async (events, sql) => {
      const changes = (await states.stepsOf(events)).map(toPageChange);
      await writeChanges(sql, await joinBegunSave(sql, changes));
    },
  });
}
