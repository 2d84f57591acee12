import { AssertionError } from "node:assert";
import { expect, test } from "vitest";
import { Account, actor, InsufficientFundsError } from "../../test/account.ts";
import { InvalidEventError } from "../domain/schema.ts";
import { given } from "./scenario.ts";

const opened = { type: "Created", data: { owner: "Ana", actor: null } } as const;
const deposited = { type: "Deposited", data: { amount: 10, actor: null } } as const;

test("asserts on what a command makes happen, with the context on it", () => {
  actor.run("teller", () => {
    given(Account, opened)
      .when((account) => account.deposit(10))
      .thenEvents({ type: "Deposited", data: { amount: 10, actor: "teller" } })
      .thenState({ owner: "Ana", balance: 10, closed: false, lastActor: "teller" });
  });
  given(Account, opened, deposited)
    .when((account) => account.close())
    .thenEvents(
      { type: "Withdrawn", data: { amount: 10, reason: "closing", actor: null } },
      { type: "Closed", data: { actor: null } },
    );
});

test("asserts that a command makes nothing happen", () => {
  const closed = { type: "Closed", data: { actor: null } } as const;
  given(Account, opened, closed)
    .when((account) => account.close())
    .thenEvents();
});

test("asserts on the error of a command", () => {
  given(Account, opened)
    .when((account) => account.withdraw(1))
    .thenThrows(InsufficientFundsError);
  given(Account, opened)
    .when((account) => account.deposit(-1))
    .thenThrows(InvalidEventError, { field: "amount" });
  given(Account, opened)
    .when((account) => account.withdraw(1))
    .thenThrows({ code: "INSUFFICIENT_FUNDS" });
});

test("asserts on the state that a past leads to", () => {
  given(Account, opened, deposited).thenState({ owner: "Ana", balance: 10, closed: false, lastActor: null });
});

test("fails where another thing happens, nothing happens, or the command throws", () => {
  const scenario = () => given(Account, opened).when((account) => account.deposit(10));
  expect(() => scenario().thenEvents()).toThrow(AssertionError);
  expect(() => scenario().thenEvents({ type: "Deposited", data: { amount: 11, actor: null } })).toThrow(AssertionError);
  expect(() => scenario().thenThrows(InsufficientFundsError)).toThrow(AssertionError);
  expect(() =>
    given(Account, opened)
      .when((account) => account.withdraw(1))
      .thenEvents(),
  ).toThrow(InsufficientFundsError);
});

test("fails where a command throws an error with other fields, or none", () => {
  const scenario = () => given(Account, opened).when((account) => account.withdraw(1));
  expect(() => scenario().thenThrows({ code: "INSUFFICIENT_STOCK" })).toThrow(AssertionError);
  expect(() => scenario().thenThrows(InsufficientFundsError, { message: "no" })).toThrow(AssertionError);
  const closing = given(Account, opened).when((account) => account.close());
  expect(() => closing.thenThrows({ code: "INSUFFICIENT_FUNDS" })).toThrow(/threw nothing/);
});

test("is refused where its past cannot have happened", () => {
  const begin = (...past: readonly object[]) => {
    return () => given(Account, ...(past as readonly (typeof opened)[])).thenState({} as never);
  };
  expect(begin()).toThrow(/Account has no past; begin with its event "Created"/);
  expect(begin(deposited)).toThrow(/the past of Account begins with "Deposited"; begin with "Created"/);
  expect(begin(opened, { type: "Depositd", data: {} })).toThrow(/Account declares no event "Depositd"; give one of/);
  expect(begin(opened, { type: "Deposited", data: { amout: 10, actor: null } })).toThrow(
    /"Deposited" of Account does not have the fields that are declared/,
  );
  expect(begin(deposited)).toThrow(expect.objectContaining({ code: "PROGRAMMING_ERROR" }));
});
