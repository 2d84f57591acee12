import { z } from "zod";
import { UserId } from "../domain/current-user.ts";
import { toSlug } from "../domain/slug.ts";
import { CHANGE_KINDS } from "../read-models/changes/change-kinds.ts";
import { NumberField, OptionalLine } from "./fields.ts";

/** How many rows to answer. */
export const LimitField = NumberField.refine((limit) => limit >= 1 && limit <= 500, "must be from 1 to 500")
  .optional()
  .describe("How many to answer at most, up to 500");

/** Where a list goes on. */
export const AfterField = OptionalLine.describe("What the part before gave as `next`");

export const PathField = OptionalLine.transform((text) => (text === undefined ? undefined : toSlug(text)));

/** A choice of a form that offers none as well, which it sends as nothing. */
export function optionalChoice<const Choice extends string>(choices: readonly Choice[]) {
  return z
    .enum(["", ...choices], `must be one of ${choices.join(", ")}`)
    .transform((choice): Choice | undefined => choices.find((it) => it === choice))
    .optional();
}

export const AuthorField = z
  .union([z.literal(""), z.uuid("must be the id of a person")], "must be the id of a person")
  .transform((id) => (id === "" ? undefined : UserId.parse(id)))
  .optional()
  .describe("The id of a person");

export const KindField = optionalChoice(CHANGE_KINDS).describe("What a change did");

const DAY_LENGTH = 86_400_000;

/** A day, as browsers send it. */
const DayField = z
  .union([z.literal(""), z.iso.date("must be a day such as 2026-11-23")], "must be a day such as 2026-11-23")
  .transform((day) => (day === "" ? undefined : day))
  .optional();

export const FromField = DayField.describe("The first day, such as 2026-11-23, in UTC");
export const ToField = DayField.describe("The last day, such as 2026-11-23, in UTC");

/** The first and last instant of the days that were asked for. */
export function instantsOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  return {
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to) + DAY_LENGTH - 1,
  };
}

/** What a list answers beside its rows. */
export const NextOutput = z.string().nullable().describe("What to give as `after` for the next part; null at the end");
