import { CodedError } from "../domain/errors.ts";
import { aes256gcm, type Cipher } from "../persistence/cipher.ts";
import { COMPRESSORS, type CompressorName } from "../persistence/compressor.ts";

/** Variables of an environment, such as `process.env`. */
export type Environment = { readonly [name: string]: string | undefined };

/** A variable of the environment has a value that cannot be used. */
export class InvalidConfigurationError extends CodedError {
  readonly code = "INVALID_CONFIGURATION";
  readonly variable: string;

  constructor(variable: string, advice: string) {
    super(`the environment variable ${variable} cannot be used; ${advice}`);
    this.variable = variable;
  }
}

/** What the environment says; what it does not mention is undefined. */
export interface Configuration {
  /** `STORE`: `memory:`, `sqlite:PATH` or `postgres://…`. */
  readonly store: string | undefined;
  /** `COMPRESSOR`: `gzip`, `brotli`, `zstd` or `none`. */
  readonly compressor: CompressorName | undefined;
  /** `CIPHER_KEYS`: `id:base64,…` with keys of 32 bytes; the first encrypts. */
  readonly ciphers: readonly Cipher[] | undefined;
  /** `CACHE_SIZE`: how many aggregates to keep; 0 for none. */
  readonly cacheSize: number | undefined;
  /** `CACHE_BYTES`: how many bytes their states may take. */
  readonly cacheBytes: number | undefined;
}

/**
 * Reads the configuration of an application: for the name `Wiki` the variable `WIKI_STORE` wins over `STORE`.
 * Throws `InvalidConfigurationError`, which names the variable but never shows a key.
 */
export function readConfiguration(name: string, env: Environment): Configuration {
  const prefix = `${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}_`;
  const read = <T>(key: string, parse: (value: string, variable: string) => T): T | undefined => {
    const variable = [prefix + key, key].find((candidate) => env[candidate] !== undefined && env[candidate] !== "");
    return variable === undefined ? undefined : parse(env[variable] ?? "", variable);
  };
  return {
    store: read("STORE", (value) => value),
    compressor: read("COMPRESSOR", toCompressor),
    ciphers: read("CIPHER_KEYS", (value, variable) => value.split(",").map((part) => toCipher(part, variable))),
    cacheSize: read("CACHE_SIZE", toSize),
    cacheBytes: read("CACHE_BYTES", toSize),
  };
}

function toCompressor(value: string, variable: string): CompressorName {
  const names = ["none", ...COMPRESSORS.keys()] as readonly CompressorName[];
  const name = names.find((candidate) => candidate === value);
  if (!name) throw new InvalidConfigurationError(variable, `give one of ${names.join(", ")}`);
  return name;
}

function toCipher(part: string, variable: string): Cipher {
  const [, keyId, base64] = /^\s*([^:]+):([A-Za-z0-9+/]{43}=)\s*$/.exec(part) ?? [];
  if (keyId === undefined || base64 === undefined) {
    throw new InvalidConfigurationError(variable, "give id:key,… where each key is 32 bytes in base64");
  }
  return aes256gcm({ keyId, key: Buffer.from(base64, "base64") });
}

function toSize(value: string, variable: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidConfigurationError(variable, "give a whole number from 0 on");
  return Number(value);
}
