import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTables } from '../../../../shared/adapters/aws/create-tables.ts';
import { DynamoHotStore } from '../../../../shared/adapters/aws/dynamo-hot-store.ts';
import type { Order } from '../../../../shared/domain/execution/order.ts';
import { probability } from '../../../../shared/domain/money/probability.ts';
import type { HotWrite } from '../../../../shared/ports/hot-store.ts';
import { hotStoreContract } from '../../../contract/hot-store-contract.ts';
import { withDynoxide } from '../../../support/dynoxide.ts';
import { anEntry, anOrder } from '../../../support/trade-builders.ts';

const dynamo = withDynoxide();

let stores = 0;
async function freshStore(): Promise<DynamoHotStore> {
  const tablePrefix = `store-${(stores += 1)}-`;
  await createTables(dynamo.client(), tablePrefix);
  return new DynamoHotStore({ client: dynamo.client(), tablePrefix });
}

const owned = (market: string, holder: string | null = null): HotWrite => ({
  kind: 'insert',
  table: 'ownership',
  key: market,
  value: { market, generation: 0, lastDecided: null, holder },
});

const planned = (key: string, change: Partial<Order> = {}): HotWrite => ({
  kind: 'insert',
  table: 'orders',
  key,
  value: anOrder(anEntry({ clientOrderId: key }), change),
});

const reserve = (amount: number): HotWrite => ({
  kind: 'reserve',
  scope: 'account',
  amount,
  initial: 1_000,
});

const RACERS = Array.from({ length: 50 }, (_, racer) => racer);

hotStoreContract('DynamoDB', freshStore);

describe('DynamoDB hot store', () => {
  it('never lets fifty racers for one headroom take it below zero', async () => {
    const store = await freshStore();
    const commits = await Promise.all(
      RACERS.map((racer) => store.transact([reserve(70), owned(`M${racer}`)])),
    );
    expect(commits.filter(({ kind }) => kind === 'committed')).toHaveLength(14);
    expect(await store.headroom('account')).toBe(20);
    expect(await store.list('ownership')).toHaveLength(14);
    expect(commits.find(({ kind }) => kind === 'conflict')).toEqual({
      kind: 'conflict',
      index: 0,
      reason: 'headroom',
    });
  });

  it('lets one of fifty racers insert an intent, whole', async () => {
    const store = await freshStore();
    const commits = await Promise.all(
      RACERS.map((racer) =>
        store.transact([owned(`M${racer}`), planned('intent'), reserve(10 + racer)]),
      ),
    );
    const winners = RACERS.filter((racer) => commits[racer]?.kind === 'committed');
    expect(winners).toHaveLength(1);
    expect((await store.openOrders()).map(({ key }) => key)).toEqual(['intent']);
    expect((await store.list('ownership')).map(({ key }) => key)).toEqual([`M${winners[0]}`]);
    expect(await store.headroom('account')).toBe(1_000 - 10 - winners[0]!);
  });

  it('writes a hundred rows in one transaction, or none of them', async () => {
    const store = await freshStore();
    const hundred = Array.from({ length: 100 }, (_, n) => owned(`M${n}`));
    expect(await store.transact([owned('M77', 'before')])).toEqual({ kind: 'committed' });
    expect(await store.transact(hundred)).toEqual({
      kind: 'conflict',
      index: 77,
      reason: 'exists',
    });
    expect(await store.list('ownership')).toHaveLength(1);
    const others = Array.from({ length: 100 }, (_, n) => owned(`N${n}`));
    expect(await store.transact(others)).toEqual({ kind: 'committed' });
    expect(await store.list('ownership')).toHaveLength(101);
  });

  it('refuses a transaction beyond the bound, an order counted twice, or that touches a row twice', async () => {
    const store = await freshStore();
    const orders = Array.from({ length: 51 }, (_, n) => planned(`order-${n}`));
    await expect(store.transact(orders)).rejects.toThrow('1 to 100 writes');
    await expect(store.transact([])).rejects.toThrow('at least one write');
    await expect(store.transact([owned('A'), owned('A')])).rejects.toThrow('each row once');
    expect(await store.openOrders()).toEqual([]);
  });

  it('counts the caller’s writes although an order takes two actions', async () => {
    const store = await freshStore();
    await store.transact([owned('A')]);
    expect(
      await store.transact([planned('a'), planned('b', { state: 'rejected' }), owned('A')]),
    ).toEqual({ kind: 'conflict', index: 2, reason: 'exists' });
    expect(await store.openOrders()).toEqual([]);
  });

  it('reads more open orders than one batch holds', async () => {
    const store = await freshStore();
    const keys = Array.from({ length: 120 }, (_, n) => `order-${String(n).padStart(3, '0')}`);
    for (let from = 0; from < keys.length; from += 40)
      await store.transact(keys.slice(from, from + 40).map((key) => planned(key)));
    const open = await store.openOrders();
    expect(open.map(({ key }) => key)).toEqual(keys);
    expect(open.at(-1)?.value).toEqual(anOrder(anEntry({ clientOrderId: 'order-119' })));
  });

  it('takes an order that is removed out of the index', async () => {
    const store = await freshStore();
    await store.transact([planned('a'), planned('b')]);
    await store.transact([{ kind: 'remove', table: 'orders', key: 'a', version: 1 }]);
    expect((await store.openOrders()).map(({ key }) => key)).toEqual(['b']);
    const index = new ScanCommand({ TableName: `store-${stores}-open-orders` });
    expect((await dynamo.client().send(index)).Items).toEqual([{ id: { S: 'b' } }]);
  });

  it('keeps causes, account and suspicions apart though they share a table', async () => {
    const store = await freshStore();
    const suspicion = { what: 'cash', firstSeenMs: 5 };
    const account = { fillsSinceMs: 7, capEquity: anEntry().estimatedFees };
    await store.transact([
      { kind: 'insert', table: 'suspicions', key: 'same', value: suspicion },
      { kind: 'insert', table: 'account', key: 'same', value: account },
    ]);
    expect(await store.list('suspicions')).toEqual([{ key: 'same', value: suspicion, version: 1 }]);
    expect(await store.list('account')).toEqual([{ key: 'same', value: account, version: 1 }]);
    expect(await store.list('causes')).toEqual([]);
  });

  it('gives floats and strange texts back as they were', async () => {
    const store = await freshStore();
    const suspicion = {
      what: 'ünï\u0000\ud800 "q" \u2028',
      firstSeenMs: probability(0.1 + 0.2),
    };
    await store.transact([{ kind: 'insert', table: 'suspicions', key: 'k', value: suspicion }]);
    expect((await store.get('suspicions', 'k'))?.value).toEqual(suspicion);
  });

  it('throws rather than store a number that JSON would lose', async () => {
    const store = await freshStore();
    for (const firstSeenMs of [Number.NaN, -Infinity])
      await expect(
        store.transact([
          {
            kind: 'insert',
            table: 'suspicions',
            key: 'k',
            value: { what: 'cash', firstSeenMs },
          },
        ]),
      ).rejects.toThrow('finite numbers');
    await expect(store.transact([reserve(0.5)])).rejects.toThrow('whole units');
  });

  it('is told that a transaction was applied although its answer was lost', async () => {
    const store = await freshStore();
    const client = dynamo.client();
    let lost = 0;
    // Runs outside the client's own retries: only the store's can find out.
    const loseFirstAnswer = {
      applyToStack: (stack: typeof client.middlewareStack) =>
        stack.add(
          (next) => async (args) => {
            const answer = await next(args);
            if ((lost += 1) > 1) return answer;
            throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
          },
          { step: 'initialize', name: 'loseFirstAnswer' },
        ),
    };
    client.middlewareStack.use(loseFirstAnswer);
    try {
      expect(await store.transact([planned('a'), reserve(300)])).toEqual({ kind: 'committed' });
    } finally {
      client.middlewareStack.remove('loseFirstAnswer');
    }
    expect(lost).toBe(2);
    expect(await store.headroom('account')).toBe(700);
    expect(await store.transact([planned('a')])).toMatchObject({ reason: 'exists' });
  });

  it('names the table that is not there and what makes it', async () => {
    const store = new DynamoHotStore({ client: dynamo.client(), tablePrefix: 'nowhere-' });
    await expect(store.get('orders', 'a')).rejects.toThrow(
      'table nowhere-orders is not there: run `npx fairline db-init`',
    );
    await expect(store.openOrders()).rejects.toThrow('table nowhere-open-orders is not there');
    await expect(store.transact([owned('A')])).rejects.toThrow('table nowhere-* is not there');
  });
});
