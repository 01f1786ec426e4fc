import type { EpochMs } from '../domain/market/market.ts';
import type { HotStore, Lease } from '../ports/hot-store.ts';

export const LEASE_KEY = 'feeder';
/** How long a renewal holds; it is renewed each second while the feeds are healthy. */
export const LEASE_MS = 5_000;

/** Takes a lease that is free or expired, with the next epoch; null when somebody else holds it. */
export async function takeLease(
  store: HotStore,
  holder: string,
  nowMs: EpochMs,
): Promise<Lease | null> {
  const row = await store.get('lease', LEASE_KEY);
  if (row !== null && row.value.expiresAtMs > nowMs && row.value.holder !== holder) return null;
  const lease: Lease = {
    holder,
    epoch: (row?.value.epoch ?? 0) + 1,
    expiresAtMs: nowMs + LEASE_MS,
  };
  const commit = await store.transact([
    row === null
      ? { kind: 'insert', table: 'lease', key: LEASE_KEY, value: lease }
      : { kind: 'replace', table: 'lease', key: LEASE_KEY, value: lease, version: row.version },
  ]);
  return commit.kind === 'committed' ? lease : null;
}

/** Extends our lease; null when it is no longer ours, and then the feeder must stop acting. */
export async function renewLease(
  store: HotStore,
  lease: Lease,
  nowMs: EpochMs,
): Promise<Lease | null> {
  const row = await store.get('lease', LEASE_KEY);
  if (row === null || row.value.holder !== lease.holder || row.value.epoch !== lease.epoch)
    return null;
  const renewed: Lease = { ...row.value, expiresAtMs: nowMs + LEASE_MS };
  const commit = await store.transact([
    { kind: 'replace', table: 'lease', key: LEASE_KEY, value: renewed, version: row.version },
  ]);
  return commit.kind === 'committed' ? renewed : null;
}

/** Gives our lease back, so that the next feeder need not wait for its end. False when it was not ours any more. */
export async function releaseLease(
  store: HotStore,
  lease: Lease,
  nowMs: EpochMs,
): Promise<boolean> {
  const row = await store.get('lease', LEASE_KEY);
  if (row === null || row.value.holder !== lease.holder || row.value.epoch !== lease.epoch)
    return false;
  const over: Lease = { ...row.value, expiresAtMs: Math.min(row.value.expiresAtMs, nowMs) };
  const commit = await store.transact([
    { kind: 'replace', table: 'lease', key: LEASE_KEY, value: over, version: row.version },
  ]);
  return commit.kind === 'committed';
}
