import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { CodedError } from "@palimpsest/eventsourcing";
import { InvalidInputError } from "../domain/invalid-input.ts";
import { chunksOf } from "./coming-body.ts";
import { BodyTooLargeError, UnreadableRequestError, UnsupportedMediaTypeError } from "./request-errors.ts";
import type { Asked } from "./resource.ts";

/** What a form uploads: a file in the field `file`, and text in others. */
export interface Upload<Kept> {
  readonly kept: Kept;
  /** What the file is called where it comes from. */
  readonly fileName: string;
  readonly fields: ReadonlyMap<string, string>;
}

export const MULTIPART = "multipart/form-data";

// Beside the file: a name, and what stands around the parts.
const MAX_OTHER_BYTES = 64 * 2 ** 10;
const LIMITS = {
  fieldNameSize: 50,
  fieldSize: 2_000,
  fields: 5,
  files: 1,
  parts: 6,
  headerPairs: 20,
  headerSize: 4_000,
};

/** The bytes of a body, as they come. Throws `BodyTooLargeError`, `UnreadableRequestError` where it breaks off. */
export async function* bodyOf(
  { request, body }: Pick<Asked, "request" | "body">,
  limit: number,
): AsyncGenerator<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw new BodyTooLargeError(limit);
  let length = 0;
  try {
    for await (const chunk of chunksOf(request, body?.givenUp)) {
      length += chunk.length;
      if (length > limit) throw new BodyTooLargeError(limit);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof CodedError ? error : brokenOff();
  }
}

/**
 * Reads a form with a file, which is kept as it comes and never held whole. Rejects with `UnsupportedMediaTypeError`,
 * `UnreadableRequestError`, `BodyTooLargeError`, `InvalidInputError`, and as `keep` does.
 */
export async function readUpload<Kept>(
  asked: Pick<Asked, "request" | "body">,
  { keep, limit }: { readonly keep: (bytes: AsyncIterable<Uint8Array>) => Promise<Kept>; readonly limit: number },
): Promise<Upload<Kept>> {
  const parser = parserFor(asked.request);
  const fields = new Map<string, string>();
  const failed = new AbortController();
  let stream: BusboyFileStream | undefined;
  let file: Promise<Omit<Upload<Kept>, "fields">> | undefined;
  parser.on("field", (name, value, _isNameCut, isCut) => {
    if (isCut) failed.abort(new InvalidInputError({ field: name, reason: "is too long" }));
    fields.set(name, value);
  });
  parser.on("file", (field, bytes, fileName) => {
    stream = bytes;
    // Whoever reads it hears of errors too, and so does the parser; but where nobody reads any more, one ends the process.
    bytes.on("error", () => {});
    if (field !== "file") return failed.abort(new InvalidInputError({ field, reason: "is not known here" }));
    file = keep(bytes).then((kept) => ({ kept, fileName: fileName ?? "" }));
    file.catch((error: unknown) => failed.abort(error));
  });
  try {
    const source = Readable.from(bodyOf(asked, limit + MAX_OTHER_BYTES), { objectMode: false });
    await pipeline(source, parser, { signal: failed.signal });
    if (file === undefined) throw new InvalidInputError({ field: "file", reason: "must be chosen" });
    return { ...(await file), fields };
  } catch (error) {
    stream?.destroy(brokenOff());
    await file?.catch(() => {});
    const reason = failed.signal.aborted ? failed.signal.reason : error;
    throw reason instanceof CodedError ? reason : brokenOff();
  }
}

function parserFor(request: Request): InstanceType<typeof Busboy> {
  const type = request.headers.get("content-type") ?? "";
  if (type.split(";", 1)[0]?.trim().toLowerCase() !== MULTIPART) throw new UnsupportedMediaTypeError([MULTIPART]);
  try {
    return new Busboy({ headers: { "content-type": type }, limits: LIMITS });
  } catch {
    throw new UnreadableRequestError("the type of the body names no boundary; send the form as browsers do");
  }
}

function brokenOff(): UnreadableRequestError {
  return new UnreadableRequestError("the upload broke off, or is no form with a file; send it again");
}
