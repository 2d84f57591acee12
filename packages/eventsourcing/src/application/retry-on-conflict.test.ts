import { describe, expect, test } from "vitest";
import { Account, InsufficientFundsError, Name } from "../../test/account.ts";
import { Application } from "./application.ts";
import { retryOnConflict } from "./retry-on-conflict.ts";

describe("a command that is run anew where another writer was faster", () => {
  const open = () => Application.open({ name: "Bank", aggregates: [Account, Name], store: "memory:", env: {} });

  test("is done once, however many want the same version", async () => {
    await using app = await open();
    const account = Account.create({ owner: "Ana" });
    await app.save(account);
    let runs = 0;
    const deposit = () =>
      retryOnConflict(async () => {
        runs += 1;
        const found = await app.repository.get(Account, account.id);
        found.deposit(1);
        return app.save(found);
      });
    const receipts = await Promise.all(Array.from({ length: 30 }, deposit));
    expect(new Set(receipts.map((receipt) => receipt?.lastPosition)).size).toBe(30);
    expect((await app.repository.get(Account, account.id)).state.balance).toBe(30);
    expect(runs).toBeGreaterThan(30);
  });

  test("is given up after some attempts, with the last conflict", async () => {
    await using app = await open();
    await app.save(Name.create({ name: "ana" }));
    let runs = 0;
    const claim = async () => {
      runs += 1;
      return app.save(Name.create({ name: "ana" }));
    };
    await expect(retryOnConflict(claim, { attempts: 3 })).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
      aggregate: "Name",
      currentVersion: 1,
    });
    expect(runs).toBe(3);
    await expect(retryOnConflict(claim, { attempts: 0 })).rejects.toMatchObject({ code: "INVALID_RANGE" });
    expect(runs).toBe(3);
  });

  test("is not run anew for any other error, nor with an aggregate that was loaded before", async () => {
    await using app = await open();
    const account = Account.create({ owner: "Ana" });
    await app.save(account);
    let runs = 0;
    const withdraw = async () => {
      runs += 1;
      const found = await app.repository.get(Account, account.id);
      found.withdraw(1);
      return app.save(found);
    };
    await expect(retryOnConflict(withdraw)).rejects.toThrow(InsufficientFundsError);
    expect(runs).toBe(1);

    const faster = await app.repository.get(Account, account.id);
    faster.deposit(1);
    await app.save(faster);
    const depositTo = async () => {
      account.deposit(1);
      return app.save(account);
    };
    await expect(retryOnConflict(depositTo)).rejects.toMatchObject({ code: "STALE_AGGREGATE" });
  });
});
