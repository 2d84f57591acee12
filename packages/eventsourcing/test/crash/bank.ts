import { setTimeout as sleep } from "node:timers/promises";
import { Application } from "../../src/application/application.ts";
import type { Saveable } from "../../src/application/saving.ts";
import type { AggregateOf } from "../../src/domain/define-aggregate.ts";
import { isUuid, toUuid, type Uuid } from "../../src/domain/uuid.ts";
import type { Recorder } from "../../src/persistence/recorder.ts";
import {
  OutcomeUnknownError,
  StoreUnavailableError,
  VersionConflictError,
} from "../../src/persistence/store-errors.ts";
import type { RecordedEvent } from "../../src/persistence/stored-event.ts";
import { upTo } from "../../src/testing/contract-case.ts";
import { Account, accountLog, InsufficientFundsError, Name } from "../account.ts";
import type { CheckedHistory } from "../history/check-history.ts";
import { type Notes, now } from "../history/notes.ts";
import { noting } from "../history/noting-recorder.ts";
import { type LogRule, nameBelongsToOne } from "../history/rules.ts";

/** How much a bank works, and on what. */
export interface BankWork {
  /** How many clients work at once. */
  readonly clients: number;
  /** How many saves all of them begin. */
  readonly saves: number;
  /** How many names there are: few make conflicts. */
  readonly names: number;
  /** Chooses what is done; the same seed does the same. */
  readonly seed: number;
  /** After how many milliseconds a save whose store is away is sent again; default never. */
  readonly again?: number;
}

const OPENING = 100;

/**
 * The work of the runs: accounts are opened, each with its owner's name and an entry in a log, and money is moved between
 * two of them, in one save each, with idempotency keys, of which some are used twice, and with a snapshot at every third
 * version. Every save, read and state is noted. What must never be found wrong is in `bankChecks`.
 */
export class Bank {
  readonly #app: Application;
  readonly #notes: Notes;
  readonly #work: BankWork;
  readonly #random: () => number;
  #accounts: readonly Uuid[] = [];
  #begun = 0;

  static async open(recorder: Recorder, notes: Notes, work: BankWork): Promise<Bank> {
    const app = await Application.open({
      name: "Bank",
      aggregates: [Account, Name],
      logs: [accountLog],
      store: noting(recorder, notes),
      snapshotEvery: { Account: 3 },
      // A derived file that fails costs no save; where it is damaged by what is tried, that is what is tried.
      onWarning: () => {},
      env: {},
    });
    return new Bank(app, notes, work);
  }

  private constructor(app: Application, notes: Notes, work: BankWork) {
    this.#app = app;
    this.#notes = notes;
    this.#work = work;
    this.#random = randomOf(work.seed);
  }

  /** Works until all saves were begun. */
  async run(): Promise<void> {
    await Promise.all(upTo(this.#work.clients).map(() => this.#client()));
  }

  /** Loads every account, from its snapshot where it has one; that is noted too. */
  async inspect(): Promise<void> {
    for (const { data } of await this.#app.log(accountLog).select()) await this.#load(toUuid(data.accountId));
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  async #client(): Promise<void> {
    while (this.#begun < this.#work.saves) {
      this.#begun += 1;
      const idempotencyKey = `${this.#work.seed}-${this.#random()}`;
      await this.#settled(async () => {
        const [from, to] = await this.#choose();
        const save = from && to && from.id !== to.id ? this.#move(from, to) : this.#open();
        await this.#save(idempotencyKey, save);
        // The client that did not hear the answer, and does it all anew.
        if (this.#random() < 0.1) await this.#save(idempotencyKey, this.#open());
      });
    }
  }

  #open(): readonly Saveable[] {
    const owner = `name ${this.#among(this.#work.names)}`;
    const account = Account.create({ owner });
    account.deposit(OPENING);
    return [account, Name.create({ name: owner }), accountLog.event({ accountId: account.id })];
  }

  #move(from: AggregateOf<typeof Account>, to: AggregateOf<typeof Account>): readonly Saveable[] {
    const amount = 1 + this.#among(OPENING / 2);
    from.withdraw(amount);
    to.deposit(amount);
    return [from, to];
  }

  /** Two accounts, or none where there are few or it is time for a new one. */
  async #choose(): Promise<readonly AggregateOf<typeof Account>[]> {
    if (this.#accounts.length < 4 || this.#random() < 0.05) {
      const entries = await this.#app.log(accountLog).select();
      this.#accounts = entries.map(({ data }) => data.accountId).filter(isUuid);
    }
    if (this.#accounts.length < 4 || this.#random() < 0.1) return [];
    const ids = [this.#among(this.#accounts.length), this.#among(this.#accounts.length)];
    return Promise.all(ids.map((index) => this.#load(this.#accounts[index])));
  }

  async #load(id: Uuid | undefined): Promise<AggregateOf<typeof Account>> {
    if (!id) throw new Error("no such account");
    const calledAt = now();
    const account = await this.#app.repository.get(Account, id);
    this.#notes.state(calledAt, account);
    return account;
  }

  /** Saves the same objects again as long as nobody knows what became of them, where that is wanted. */
  async #save(idempotencyKey: string, items: readonly Saveable[]): Promise<void> {
    for (;;) {
      try {
        await this.#app.saveWith({ idempotencyKey }, ...items);
        return;
      } catch (error) {
        const { again } = this.#work;
        const isAway = error instanceof OutcomeUnknownError || error instanceof StoreUnavailableError;
        if (!isAway || again === undefined) throw error;
        await sleep(again);
      }
    }
  }

  /** Goes on after what a client can be told; anything else ends the work. */
  async #settled(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isTold = error instanceof Error && "code" in error && typeof error.code === "string";
      if (!isTold || error instanceof TypeError) throw error;
      if (!(error instanceof VersionConflictError || error instanceof InsufficientFundsError)) await sleep(1);
    }
  }

  #among(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

/** What is true of a bank's log at every prefix of whole saves. */
const bankRules: readonly LogRule[] = [
  nameBelongsToOne((row) => (row.topic === "Account.Created" ? String(dataOf(row)["owner"]) : undefined)),
  {
    name: "money is only made by opening an account, which has a name and an entry",
    begin: () => {
      const counts = { money: 0, accounts: 0, names: 0, entries: 0 };
      return (save) => {
        for (const row of save) {
          const amount = Number(dataOf(row)["amount"] ?? 0);
          counts.money += row.topic === "Account.Withdrawn" ? -amount : amount;
          if (row.topic === "Account.Created") counts.accounts += 1;
          else if (row.topic === "Name.Created") counts.names += 1;
          else if (row.topic === "AccountOpened") counts.entries += 1;
        }
        const { money, accounts, names, entries } = counts;
        if (money === OPENING * accounts && names === accounts && entries === accounts) return undefined;
        return `after position ${save.at(-1)?.position} there are ${JSON.stringify(counts)}`;
      };
    },
  },
];

/** The state of an account from its rows, told without the library's own fold. */
function stateOfAccount(rows: readonly RecordedEvent[]): unknown {
  let owner: unknown;
  let balance = 0;
  for (const row of rows) {
    const data = dataOf(row);
    if (row.topic === "Account.Created") owner = data["owner"];
    else balance += Number(data["amount"]) * (row.topic === "Account.Withdrawn" ? -1 : 1);
  }
  return { owner, balance, closed: false, lastActor: null };
}

/** What a bank's history is checked with. */
export const bankChecks: Pick<CheckedHistory, "rules" | "stateOf"> = { rules: bankRules, stateOf: stateOfAccount };

function dataOf({ state }: RecordedEvent): Record<string, unknown> {
  const text = typeof state === "string" ? state : Buffer.from(state).toString();
  const value: unknown = JSON.parse(text);
  return (Array.isArray(value) ? value[0] : value) as Record<string, unknown>;
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
