import { ProgrammingError } from "@palimpsest/eventsourcing";
import type { z } from "zod";
import type { Viewer } from "../access/viewer.ts";
import type { View } from "../views/html.ts";
import type { Moment } from "../views/moment.ts";
import type { Fields } from "./decoding.ts";
import type { Keeping, MadeOf } from "./keeping.ts";

/** The form in which an answer is asked for, by its address. */
export type Form = "html" | "json" | "markdown";

/** The body of a change, which may still be on its way. */
export interface Body {
  /** Aborted, with the reason, where nobody waits any longer for the rest. */
  readonly givenUp: AbortSignal;
  /**
   * Resolves when it is the turn of the change; to be called once its body has come, before anything is done. Rejects with
   * `OverloadedError`.
   */
  hasCome(): Promise<void>;
}

/** A request as a resource sees it. */
export interface Asked {
  /** Names the request in the log of the server. */
  readonly id: string;
  readonly viewer: Viewer;
  readonly url: URL;
  readonly form: Form;
  /** The position that the reader has seen the effects of: what is shown must not be older. */
  readonly seen: number;
  /** When it was asked. */
  readonly moment: Moment;
  /** Where the answer may be kept. */
  readonly keeping?: Keeping;
  readonly request: Request;
  /** Of a change; read by the server, where the resource has no `bodyType`. */
  readonly body?: Body;
}

/** What a resource answers, in whichever form. */
export type Reply =
  | {
      readonly kind: "shown";
      readonly status?: number;
      readonly data: unknown;
      readonly view: () => View;
      readonly markdown?: string;
      /** What it was made of, in whichever form; default the whole log. */
      readonly madeOf?: MadeOf;
    }
  | {
      /** A change was made. A browser goes on to an address, a program gets the data. */
      readonly kind: "changed";
      readonly status: 200 | 201;
      readonly data: unknown;
      readonly next: string;
      /** The position after the change. */
      readonly position: number;
    }
  | {
      /** It is found under another address. */
      readonly kind: "moved";
      readonly status: 302 | 308;
      readonly to: string;
    }
  | {
      /** A text of a type of its own, whoever asks. */
      readonly kind: "written";
      readonly type: string;
      readonly text: string;
    }
  | { readonly kind: "raw"; readonly response: Response };

/** One thing under an address: what it takes, what it answers, for browsers and programs alike. */
export interface Resource<Input extends z.ZodType = z.ZodType> {
  /** In the description of the API. */
  readonly summary: string;
  /** What comes in the address, the query and the body, by name; everything else is refused. */
  readonly input: Input;
  /** The data of its answer. */
  readonly output: z.ZodType;
  /** What an answer is that is not 200 with JSON: in the description of the API. */
  readonly answers?: { readonly status?: 201 | 302; readonly type?: string; readonly mayCreate?: true };
  /** The type of a body that `handle` reads by itself: a file. It tells when that has come. Every other body is fields. */
  readonly bodyType?: string;
  /** The codes of the errors that it may answer beside those that any may: in the description of the API. */
  readonly errors?: readonly string[];
  /**
   * Whether its answers may be kept and sent again. They follow from the address, what the viewer may do, the log and what
   * is derived from it, the names of people, and the moment that views are given: from no other clock, no chance, no file.
   */
  readonly isKept?: true;
  /** Fields of the query that may be given several times: a list each. */
  readonly lists?: readonly string[];
  handle(input: z.output<Input>, asked: Asked): Promise<Reply>;
  /** Where an address leads on that was refused, in the form that was asked for. */
  readonly leadOn?: (error: unknown, asked: Asked) => Promise<Reply | undefined>;
  /** Shows a browser what went wrong where it was typed, so that nothing typed is lost; undefined for the common page. */
  readonly showError?: (error: unknown, given: Fields, asked: Asked) => Promise<Reply | undefined>;
}

/** Declares a resource, so that its input is inferred. */
export function resource<const Input extends z.ZodType>(declared: Resource<Input>): Resource {
  // What `handle` is given has gone through `input`.
  return declared as unknown as Resource;
}

/** For what was asked for in another form than that of a view. */
export function notShown(): never {
  throw new ProgrammingError("this resource was asked for as data, and made no view");
}
