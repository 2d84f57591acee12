/** An event that a command asks for, checked. It gets its id, version and context when it is applied. */
export class TriggeredEvent {
  readonly type: string;
  readonly data: object;
  // Makes the type nominal: an object that looks like one is none.
  readonly #made = true;

  constructor(type: string, data: object) {
    this.type = type;
    this.data = data;
  }

  /** Whether a value is one. */
  static [Symbol.hasInstance](value: unknown): value is TriggeredEvent {
    return typeof value === "object" && value !== null && #made in value;
  }
}
