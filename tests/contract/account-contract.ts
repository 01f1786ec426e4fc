import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { money } from '../../shared/domain/money/money.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { ExchangeAccount } from '../../shared/ports/exchange-account.ts';
import { settled, valueOf } from '../support/port-reads.ts';

export type AccountPlace = {
  readonly account: ExchangeAccount;
  readonly exchange: Exchange;
  /** The key with which we ask; null where nobody signs. */
  readonly keyId: string | null;
  readonly catchUp: () => void | Promise<void>;
  readonly close?: () => void | Promise<void>;
};

/** One whose cash is $1,000 on shard 0 and $10 on shard 1. */
export type AccountWorld = AccountPlace;

/** What every exchange must say of the account, wherever it is. Changes nothing. */
export function accountContract(name: string, enter: () => Promise<AccountPlace>): void {
  describe(`account contract: ${name}`, () => {
    it('says how much may be asked for, and until when that is granted', async () => {
      const { account } = await open(enter);
      const { tier, read, write, grantEndsAtMs } = await valueOf(account.allowance());
      expect(tier).not.toBe('');
      for (const { refillPerS, capacity } of [read, write]) {
        expect(refillPerS).toBeGreaterThan(0);
        expect(capacity).toBeGreaterThanOrEqual(refillPerS);
      }
      if (grantEndsAtMs !== null) expect(grantEndsAtMs).toBeGreaterThan(1_700_000_000_000);
    });

    it('lists its keys, ours among them, none with an empty id', async () => {
      const { account, keyId } = await open(enter);
      const keys = await valueOf(account.keys());
      for (const key of keys) expect(key.keyId).not.toBe('');
      if (keyId !== null) expect(keys.map((key) => key.keyId)).toContain(keyId);
    });

    it('has what the balance says on the primary account of each shard', async () => {
      const { account, exchange } = await open(enter);
      const [subaccounts, balances] = await Promise.all([
        valueOf(account.subaccounts()),
        valueOf(exchange.balances()),
      ]);
      const primary = subaccounts.filter(({ subaccount }) => subaccount === 0);
      for (const { exchangeIndex, available } of primary)
        expect(balances).toContainEqual({ exchangeIndex, available });
    });

    it('knows no transfer that was never made', async () => {
      const { account } = await open(enter);
      expect(await account.transfer(randomUUID())).toMatchObject({ kind: 'unavailable' });
    });
  });
}

/** What moves money, and so is done with our own world's only. */
export function accountWorldContract(name: string, enter: () => Promise<AccountWorld>): void {
  describe(`account contract in a world of our own: ${name}`, () => {
    it('moves cash to another shard: gone from one, there on the other, nothing lost', async () => {
      const world = await open(enter);
      await world.catchUp();
      const amount = money(12_345_600);
      const outcome = await world.account.moveCash({ fromShard: 0, toShard: 1, amount });
      if (outcome.kind !== 'accepted') throw new Error(`the transfer: ${JSON.stringify(outcome)}`);
      await settled(
        () => valueOf(world.account.transfer(outcome.transferId)),
        ({ state }) => state === 'done',
        world.catchUp,
      );
      await world.catchUp();
      expect([await cashOn(world, 0), await cashOn(world, 1)]).toEqual([
        1_000_000_000 - 12_345_600,
        10_000_000 + 12_345_600,
      ]);
    });

    it('moves no more than there is', async () => {
      const world = await open(enter);
      await world.catchUp();
      const amount = money(1_000_000_000_000);
      const outcome = await world.account.moveCash({ fromShard: 0, toShard: 1, amount });
      if (outcome.kind === 'accepted')
        await settled(
          () => valueOf(world.account.transfer(outcome.transferId)),
          ({ state }) => state === 'failed',
          world.catchUp,
        );
      else expect(outcome.kind).toBe('rejected');
      await world.catchUp();
      expect([await cashOn(world, 0), await cashOn(world, 1)]).toEqual([1_000_000_000, 10_000_000]);
    });
  });
}

async function open<Place extends AccountPlace>(enter: () => Promise<Place>): Promise<Place> {
  const place = await enter();
  onTestFinished(() => place.close?.());
  return place;
}

async function cashOn({ exchange }: AccountPlace, shard: number): Promise<number> {
  const balances = await valueOf(exchange.balances());
  return balances.find(({ exchangeIndex }) => exchangeIndex === shard)?.available ?? 0;
}
