import { z } from "zod";
import { contextVariable } from "../src/application/context-variable.ts";
import { nothing } from "../src/domain/aggregate-spec.ts";
import { defineAggregate } from "../src/domain/define-aggregate.ts";
import { CodedError } from "../src/domain/errors.ts";
import { defineLog } from "../src/domain/event-log.ts";
import { NAMESPACE_URL, uuid5 } from "../src/domain/uuid.ts";

/** Who acts in the examples. */
export const actor = contextVariable({ schema: z.string().nullable(), fallback: null });

export class InsufficientFundsError extends CodedError {
  readonly code = "INSUFFICIENT_FUNDS";
}

/** The aggregate that the tests of the library are about. */
export const Account = defineAggregate({
  name: "Account",
  context: { actor },
  events: {
    Created: { owner: z.string().min(1) },
    Deposited: { amount: z.number().positive() },
    Withdrawn: { amount: z.number().positive(), reason: z.string().optional() },
    Closed: {},
  },
  create: ({ owner }): AccountState => ({ owner, balance: 0, closed: false, lastActor: null }),
  apply: {
    Deposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    Withdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    Closed: (account) => ({ ...account, closed: true }),
  },
  applyEvery: (account, data) => ({ ...account, lastActor: data.actor }),
  commands: (event) => ({
    deposit: (_account, amount: number) => event.Deposited({ amount }),
    withdraw: (account, amount: number) => {
      if (amount > account.balance) throw new InsufficientFundsError("not enough money; deposit first");
      return event.Withdrawn({ amount });
    },
    close: (account) => {
      if (account.closed) return nothing;
      return account.balance > 0
        ? [event.Withdrawn({ amount: account.balance, reason: "closing" }), event.Closed({})]
        : event.Closed({});
    },
  }),
});

export interface AccountState {
  readonly owner: string;
  readonly balance: number;
  readonly closed: boolean;
  readonly lastActor: string | null;
}

/** An aggregate whose id is a function of its name. */
export const Name = defineAggregate({
  name: "Name",
  id: ({ name }: { readonly name: string }) => uuid5(NAMESPACE_URL, `/names/${name}`),
  events: { Created: { name: z.string() }, Renamed: { name: z.string() } },
  create: ({ name }) => ({ name }),
  apply: { Renamed: (state, { name }) => ({ ...state, name }) },
  commands: (event) => ({ rename: (_state, name: string) => event.Renamed({ name }) }),
});

/** A log of the accounts. */
export const accountLog = defineLog({
  name: "AccountOpened",
  id: uuid5(NAMESPACE_URL, "/accounts"),
  event: { accountId: z.string() },
  context: { actor },
});
