import { z } from "zod";

/** What a file holds, by which it is found: SHA-256 of its bytes, in hexadecimal digits. */
export const ContentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be SHA-256 in hexadecimal digits")
  .brand<"ContentHash">();
export type ContentHash = z.infer<typeof ContentHash>;

/** In bytes. */
export const ContentSize = z.int().min(1, "must not be empty");

/** A media type without parameters: `image/png`. */
export const MediaType = z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,80}$/, "must be a media type");
export type MediaType = z.infer<typeof MediaType>;

/** A part of a file; both ends belong to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** The bytes of a file, by what is known of them. */
export interface AttachmentContent {
  readonly hash: ContentHash;
  readonly size: number;
  readonly type: MediaType;
}
