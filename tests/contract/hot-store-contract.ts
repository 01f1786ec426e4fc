import { describe, expect, it } from 'vitest';
import type { Order } from '../../shared/domain/execution/order.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import type { HotStore, HotWrite, Ownership } from '../../shared/ports/hot-store.ts';
import { anEntry, anOrder } from '../support/trade-builders.ts';

const free = (market: string, generation = 0): Ownership => ({
  market,
  generation,
  lastDecided: null,
  holder: null,
});

const insert = (value: Ownership): HotWrite => ({
  kind: 'insert',
  table: 'ownership',
  key: value.market,
  value,
});

const unchanged = (version: number): HotWrite => ({
  kind: 'unchanged',
  table: 'ownership',
  key: 'A',
  version,
});

const remove = (version: number): HotWrite => ({
  kind: 'remove',
  table: 'ownership',
  key: 'A',
  version,
});

const reserve = (amount: number): HotWrite => ({
  kind: 'reserve',
  scope: 'account',
  amount,
  initial: 1_000,
});

const moveCap = (from: number, to: number): HotWrite => ({
  kind: 'move_cap',
  scope: 'account',
  from,
  to,
});

const leaseBeyond = (atMs: number): HotWrite => ({ kind: 'lease_beyond', key: 'feeder', atMs });

const plan = (clientOrderId: string, change: Partial<Order> = {}): HotWrite => ({
  kind: 'insert',
  table: 'orders',
  key: clientOrderId,
  value: anOrder(anEntry({ clientOrderId }), change),
});

/** What every hot store must do, whatever it is made of. */
export function hotStoreContract(name: string, make: () => Promise<HotStore>): void {
  describe(`hot store contract: ${name}`, () => {
    it('gives back what was inserted, at version 1', async () => {
      const store = await make();
      expect(await store.get('ownership', 'A')).toBeNull();
      expect(await store.transact([insert(free('A'))])).toEqual({ kind: 'committed' });
      expect(await store.get('ownership', 'A')).toEqual({ key: 'A', value: free('A'), version: 1 });
    });

    it('refuses to insert a row that exists and writes nothing of that transaction', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      const commit = await store.transact([insert(free('B')), insert(free('A', 9))]);
      expect(commit).toEqual({ kind: 'conflict', index: 1, reason: 'exists' });
      expect(await store.get('ownership', 'B')).toBeNull();
      expect((await store.get('ownership', 'A'))?.value.generation).toBe(0);
    });

    it('replaces only the version that was read', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      const replace = (generation: number, version: number): HotWrite => ({
        kind: 'replace',
        table: 'ownership',
        key: 'A',
        value: free('A', generation),
        version,
      });
      expect(await store.transact([replace(1, 1)])).toEqual({ kind: 'committed' });
      expect(await store.transact([replace(2, 1)])).toEqual({
        kind: 'conflict',
        index: 0,
        reason: 'version',
      });
      expect((await store.get('ownership', 'A'))?.value.generation).toBe(1);
      expect((await store.get('ownership', 'A'))?.version).toBe(2);
    });

    it('lets exactly one of many racers on one version win', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, racer) =>
          store.transact([
            { kind: 'replace', table: 'ownership', key: 'A', value: free('A', racer), version: 1 },
          ]),
        ),
      );
      expect(outcomes.filter((outcome) => outcome.kind === 'committed')).toHaveLength(1);
    });

    it('guards a row without writing it', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      expect(await store.transact([unchanged(1), insert(free('B'))])).toEqual({
        kind: 'committed',
      });
      expect((await store.get('ownership', 'A'))?.version).toBe(1);
      expect(await store.transact([unchanged(2), insert(free('C'))])).toMatchObject({
        reason: 'version',
      });
      expect(await store.get('ownership', 'C')).toBeNull();
    });

    it('removes only the version that was read', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      expect(await store.transact([remove(3)])).toMatchObject({ reason: 'version' });
      expect(await store.transact([remove(1)])).toEqual({ kind: 'committed' });
      expect(await store.get('ownership', 'A')).toBeNull();
    });

    it('needs a lease that is held beyond the time', async () => {
      const store = await make();
      expect(await store.transact([leaseBeyond(0)])).toMatchObject({ reason: 'lease' });
      await store.transact([
        {
          kind: 'insert',
          table: 'lease',
          key: 'feeder',
          value: { holder: 'one', epoch: 1, expiresAtMs: 1_000 },
        },
      ]);
      expect(await store.transact([leaseBeyond(999), insert(free('A'))])).toEqual({
        kind: 'committed',
      });
      expect(await store.transact([leaseBeyond(1_000), insert(free('B'))])).toMatchObject({
        reason: 'lease',
      });
      expect(await store.get('ownership', 'B')).toBeNull();
    });

    it('never reserves more than there is, under any interleaving', async () => {
      const store = await make();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.transact([reserve(300)])),
      );
      expect(outcomes.filter((outcome) => outcome.kind === 'committed')).toHaveLength(3);
      expect(await store.headroom('account')).toBe(100);
      await store.transact([{ kind: 'release', scope: 'account', amount: 300, initial: 1_000 }]);
      expect(await store.headroom('account')).toBe(400);
      expect(await store.transact([reserve(401)])).toMatchObject({ reason: 'headroom' });
    });

    it('moves a cap and its headroom together, and only from the cap that was read', async () => {
      const store = await make();
      await store.transact([{ kind: 'reserve', scope: 'account', amount: 300, initial: 1_000 }]);
      expect(await store.caps()).toEqual(new Map([['account', 1_000]]));
      expect(await store.transact([moveCap(1_000, 900)])).toEqual({ kind: 'committed' });
      expect(await store.headroom('account')).toBe(600);
      expect(await store.transact([moveCap(1_000, 800)])).toMatchObject({ reason: 'cap' });
      expect(await store.headroom('account')).toBe(600);
    });

    it('starts a scope that was never seen at its initial value', async () => {
      const store = await make();
      expect(await store.headroom('slots')).toBeNull();
      await store.transact([{ kind: 'reserve', scope: 'slots', amount: 2, initial: 5 }]);
      expect(await store.headroom('slots')).toBe(3);
    });

    it('lists rows in key order', async () => {
      const store = await make();
      for (const market of ['C', 'A', 'B']) await store.transact([insert(free(market))]);
      expect((await store.list('ownership')).map((row) => row.key)).toEqual(['A', 'B', 'C']);
    });

    it('finds the orders that are not over, in key order, as they become and cease to be', async () => {
      const store = await make();
      const open = async () => (await store.openOrders()).map(({ key }) => key);
      await store.transact([plan('c'), plan('a', { state: 'rejected' }), plan('b')]);
      expect(await open()).toEqual(['b', 'c']);
      const [first] = await store.openOrders();
      const value: Order = { ...first!.value, state: 'expired' };
      const { version } = first!;
      await store.transact([{ kind: 'replace', table: 'orders', key: 'b', value, version }]);
      expect(await open()).toEqual(['c']);
      const again: HotWrite = {
        kind: 'replace',
        table: 'orders',
        key: 'b',
        value: { ...value, state: 'filled', exchangeFilled: contracts(1_000) },
        version: version + 1,
      };
      await store.transact([again]);
      expect(await open()).toEqual(['b', 'c']);
    });
  });
}
