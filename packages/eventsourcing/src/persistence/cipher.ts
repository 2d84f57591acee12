import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ProgrammingError } from "../domain/errors.ts";

/** Encrypts states, and authenticates what they belong to. */
export interface Cipher {
  /** Recorded with each state it made, unique among the ciphers given to an application, and without "+". */
  readonly name: string;
  /** `identity` is authenticated, not stored: decrypting with another one throws. */
  encrypt(bytes: Uint8Array, identity: string): Uint8Array;
  decrypt(bytes: Uint8Array, identity: string): Uint8Array;
}

const NONCE = 12;
const AUTH_TAG = 16;

/**
 * AES-256 in Galois/Counter Mode. `key` is 32 bytes; `keyId` tells keys apart and is recorded with each state.
 * A state is nonce, ciphertext, tag. With random nonces a key is good for 2³² states.
 */
export function aes256gcm({ keyId, key }: { readonly keyId: string; readonly key: Uint8Array }): Cipher {
  if (key.length !== 32) {
    throw new ProgrammingError(`the key "${keyId}" has ${key.length} bytes; give 32, such as from randomBytes(32)`);
  }
  if (!/^[A-Za-z0-9_.-]{1,40}$/.test(keyId)) {
    throw new ProgrammingError(`"${keyId}" is no key id; use 1 to 40 letters, digits, "_", "." or "-"`);
  }
  return {
    name: `aes256gcm:${keyId}`,
    encrypt(bytes, identity) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(identity));
      return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    },
    decrypt(bytes, identity) {
      if (bytes.length < NONCE + AUTH_TAG) throw new Error("it is too short to be encrypted");
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: AUTH_TAG });
      decipher.setAAD(Buffer.from(identity)).setAuthTag(bytes.subarray(bytes.length - AUTH_TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - AUTH_TAG)), decipher.final()]);
    },
  };
}
