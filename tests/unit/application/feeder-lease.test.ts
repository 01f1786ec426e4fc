import { describe, expect, it } from 'vitest';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { LEASE_MS, renewLease, takeLease } from '../../../shared/application/feeder-lease.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';

describe('the feeder’s lease', () => {
  it('is somebody’s for its time, and nobody else’s before it has run out', async () => {
    const store = new MemoryHotStore();
    expect(await takeLease(store, 'one', 1_000)).toEqual({
      holder: 'one',
      epoch: 1,
      expiresAtMs: 1_000 + LEASE_MS,
    });
    expect(await takeLease(store, 'two', 1_000 + LEASE_MS - 1)).toBeNull();
    expect(await takeLease(store, 'two', 1_000 + LEASE_MS)).toMatchObject({
      holder: 'two',
      epoch: 2,
    });
  });

  it('has a new epoch also when the same feeder takes it again', async () => {
    const store = new MemoryHotStore();
    await takeLease(store, 'one', 0);
    expect(await takeLease(store, 'one', 10)).toMatchObject({ epoch: 2 });
  });

  it('is renewed by its holder and epoch only', async () => {
    const store = new MemoryHotStore();
    const first = (await takeLease(store, 'one', 0))!;
    expect(await renewLease(store, first, 1_000)).toEqual({
      ...first,
      expiresAtMs: 1_000 + LEASE_MS,
    });
    const second = (await takeLease(store, 'one', 2_000))!;
    expect(await renewLease(store, first, 2_500)).toBeNull();
    expect(await renewLease(store, second, 2_500)).toMatchObject({ epoch: 2 });
    expect(await renewLease(new MemoryHotStore(), first, 0)).toBeNull();
  });

  it('goes to exactly one of many who take it at once', async () => {
    const store = new MemoryHotStore();
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, index) => takeLease(store, `feeder-${index}`, 0)),
    );
    expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
  });

  it('is lost when another has taken it between the read and the write of a renewal', async () => {
    const inner = new MemoryHotStore();
    const first = (await takeLease(inner, 'one', 0))!;
    const store = new InterleavedStore(inner);
    store.beforeNextTransaction(async () => {
      expect(await takeLease(inner, 'two', LEASE_MS)).not.toBeNull();
    });
    expect(await renewLease(store, first, LEASE_MS)).toBeNull();
    expect(inner.peek('lease', 'feeder')).toMatchObject({ holder: 'two', epoch: 2 });
  });
});
