import { z } from "zod";
import { assertInput } from "../domain/invalid-input.ts";
import type { PageEdit } from "../domain/page-edit.ts";
import { toBody, toSummary, toTags, toTitle } from "../domain/page-text.ts";
import type { CommandContext } from "./page-repository.ts";

/** What an editor gives, unchecked; what is left out stays as it is. */
export interface PageInput {
  readonly title?: string;
  readonly body?: string;
  /** In any order and case; each counts once. */
  readonly tags?: readonly string[];
}

/** What a command can say beside what it does. */
export interface CommandOptions {
  /** Why it was done, for the history: one line, at most 500 characters. */
  readonly summary?: string | undefined;
  /** A key of the caller's, at most 200 characters: a second command with it does nothing and answers the same page. */
  readonly idempotencyKey?: string | undefined;
}

const IdempotencyKey = z.string("must be text").min(1, "must not be empty").max(200, "must not be longer than 200");

/** Throws `InvalidInputError`. */
export function toPageEdit({ title, body, tags }: PageInput): PageEdit {
  return {
    title: title === undefined ? undefined : toTitle(title),
    body: body === undefined ? undefined : toBody(body),
    tags: tags === undefined ? undefined : toTags(tags),
  };
}

/** Throws `InvalidInputError`. */
export function toCommandContext({ summary, idempotencyKey }: CommandOptions = {}): CommandContext {
  return {
    summary: summary === undefined ? undefined : toSummary(summary),
    idempotencyKey:
      idempotencyKey === undefined ? undefined : assertInput("idempotencyKey", IdempotencyKey, idempotencyKey),
  };
}
