import { expect, test } from "vitest";
import { Account, accountLog } from "../../test/account.ts";
import { defineProjection } from "./projection.ts";

const spec = { name: "balances", follows: [Account, accountLog], create: async () => {}, apply: async () => {} };

test.each([
  ["follows nothing", { follows: undefined }, /"follows" of projection "balances" is no list/],
  ["follows one thing and no list", { follows: Account }, /"follows" of projection "balances" is no list/],
  ["follows what nobody declared", { follows: [{ name: "Account" }] }, /follows something else than what .* answer/],
  ["makes no tables", { create: undefined }, /"create" of projection "balances" is no function/],
  ["applies nothing", { apply: "rows" }, /"apply" of projection "balances" is no function/],
])("a projection that %s is refused where it is declared", (_case, part, message) => {
  expect(() => defineProjection(spec)).not.toThrow();
  const declaring = () => defineProjection({ ...spec, ...part } as typeof spec);
  expect(declaring).toThrow(message);
  expect(declaring).toThrow(expect.objectContaining({ code: "PROGRAMMING_ERROR" }));
});
