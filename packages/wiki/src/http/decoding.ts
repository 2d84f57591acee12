import { CodedError } from "@palimpsest/eventsourcing";
import { InvalidInputError } from "../domain/invalid-input.ts";
import { chunksOf, unlessGivenUp } from "./coming-body.ts";
import { BodyTooLargeError, UnreadableRequestError, UnsupportedMediaTypeError } from "./request-errors.ts";

/** What a request says beside its address, not checked yet. */
export type Fields = { readonly [name: string]: unknown };

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
// A body of 1 MiB grows by three where each byte is written as `%xx`, and a conflict carries texts beside it.
const MAX_BODY_BYTES = 4 * 2 ** 20;
const MAX_FIELDS = 100;
const MAX_JSON_DEPTH = 20;
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The fields of the query, those of `lists` as lists. Throws `InvalidInputError` where another is given twice. */
export function fieldsOfQuery(url: URL, lists: readonly string[] = []): Fields {
  return fieldsOf(url.searchParams, lists);
}

/**
 * The fields of a body. Rejects with `UnreadableRequestError`, `BodyTooLargeError`, `UnsupportedMediaTypeError`,
 * `InvalidInputError`, and with the reason of `givenUp`.
 */
export async function fieldsOfBody(request: Request, givenUp?: AbortSignal): Promise<Fields> {
  // To delete, there is nothing to say.
  if (!hasBody(request) && !request.headers.has("content-type")) return {};
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";", 1);
  switch (type.trim().toLowerCase()) {
    case JSON_TYPE:
      return fieldsOfJson(await textOf(request, givenUp));
    case FORM_TYPE:
      return fieldsOf(new URLSearchParams(await textOf(request, givenUp)));
    default:
      throw new UnsupportedMediaTypeError([JSON_TYPE, FORM_TYPE]);
  }
}

/** The bytes of a body, of which no more is read than is taken. Rejects with `BodyTooLargeError`. */
async function bytesOf(
  request: Request,
  limit: number,
  givenUp: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > limit) throw new BodyTooLargeError(limit);
  // No more comes than was announced: it is read at once, which is faster than chunk by chunk.
  if (announced !== null) return new Uint8Array(await unlessGivenUp(request.arrayBuffer(), givenUp));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(request, givenUp)) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLargeError(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function hasBody({ headers }: Request): boolean {
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

async function textOf(request: Request, givenUp: AbortSignal | undefined): Promise<string> {
  const bytes = await bytesOf(request, MAX_BODY_BYTES, givenUp).catch((error: unknown) => {
    // Whoever sends it has gone.
    throw error instanceof CodedError ? error : new UnreadableRequestError("the body broke off; send it again");
  });
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new UnreadableRequestError("the body is not UTF-8; send it in that encoding");
  }
}

function fieldsOf(given: URLSearchParams, lists: readonly string[] = []): Fields {
  if (given.size > MAX_FIELDS) throw new UnreadableRequestError(`more than ${MAX_FIELDS} fields; send fewer`);
  const fields = Object.create(null) as Record<string, string | readonly string[]>;
  for (const [name, value] of given) {
    if (lists.includes(name)) {
      fields[name] = given.getAll(name);
      continue;
    }
    if (name in fields) throw new InvalidInputError({ field: name.slice(0, 50), reason: "must be given once" });
    fields[name] = value;
  }
  return fields;
}

function fieldsOfJson(text: string): Fields {
  assertShallow(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableRequestError("the body is no JSON; correct it");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnreadableRequestError("the body must be a JSON object");
  }
  return value as Fields;
}

/** Throws `UnreadableRequestError` where JSON is nested too deeply; before it is parsed, which would recurse as deeply. */
function assertShallow(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '"':
        index = endOfString(text, index);
        break;
      case "{":
      case "[":
        depth++;
        if (depth > MAX_JSON_DEPTH) {
          throw new UnreadableRequestError(`the JSON is nested deeper than ${MAX_JSON_DEPTH} levels; flatten it`);
        }
        break;
      case "}":
      case "]":
        depth--;
    }
  }
}

/** The place of the quotation mark that ends what one begins; nearly all of a body is one string, which is leapt over. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text[escapes - 1] === "\\") escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  return text.length;
}
