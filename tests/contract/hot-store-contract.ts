import { describe, expect, it } from 'vitest';
import type { HotStore, HotWrite, Ownership } from '../../shared/ports/hot-store.ts';

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
      const guard = (version: number): HotWrite => ({
        kind: 'unchanged',
        table: 'ownership',
        key: 'A',
        version,
      });
      expect(await store.transact([guard(1), insert(free('B'))])).toEqual({ kind: 'committed' });
      expect((await store.get('ownership', 'A'))?.version).toBe(1);
      expect(await store.transact([guard(2), insert(free('C'))])).toMatchObject({
        reason: 'version',
      });
      expect(await store.get('ownership', 'C')).toBeNull();
    });

    it('removes only the version that was read', async () => {
      const store = await make();
      await store.transact([insert(free('A'))]);
      const remove = (version: number): HotWrite => ({
        kind: 'remove',
        table: 'ownership',
        key: 'A',
        version,
      });
      expect(await store.transact([remove(3)])).toMatchObject({ reason: 'version' });
      expect(await store.transact([remove(1)])).toEqual({ kind: 'committed' });
      expect(await store.get('ownership', 'A')).toBeNull();
    });

    it('needs a lease that is held beyond the time', async () => {
      const store = await make();
      const guard = (atMs: number): HotWrite => ({ kind: 'lease_beyond', key: 'feeder', atMs });
      expect(await store.transact([guard(0)])).toMatchObject({ reason: 'lease' });
      await store.transact([
        {
          kind: 'insert',
          table: 'lease',
          key: 'feeder',
          value: { holder: 'one', epoch: 1, expiresAtMs: 1_000 },
        },
      ]);
      expect(await store.transact([guard(999), insert(free('A'))])).toEqual({ kind: 'committed' });
      expect(await store.transact([guard(1_000), insert(free('B'))])).toMatchObject({
        reason: 'lease',
      });
      expect(await store.get('ownership', 'B')).toBeNull();
    });

    it('never reserves more than there is, under any interleaving', async () => {
      const store = await make();
      const reserve = (amount: number): HotWrite => ({
        kind: 'reserve',
        scope: 'account',
        amount,
        initial: 1_000,
      });
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
      const move = (from: number, to: number): HotWrite => ({
        kind: 'move_cap',
        scope: 'account',
        from,
        to,
      });
      expect(await store.transact([move(1_000, 900)])).toEqual({ kind: 'committed' });
      expect(await store.headroom('account')).toBe(600);
      expect(await store.transact([move(1_000, 800)])).toMatchObject({ reason: 'cap' });
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
  });
}
