export { CodedError, ProgrammingError } from "./domain/errors.ts";
