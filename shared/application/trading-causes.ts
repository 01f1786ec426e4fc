import type { TradingCause } from '../domain/risk/trading-state.ts';
import type { HotStore } from '../ports/hot-store.ts';
import { causeKey } from './market-state.ts';

/** All standing causes, in key order. */
export async function standingCauses(store: HotStore): Promise<readonly TradingCause[]> {
  return (await store.list('causes')).map((row) => row.value);
}

/** Records a cause; one that stands already keeps its first time. True when it is new. */
export async function raiseCause(store: HotStore, cause: TradingCause): Promise<boolean> {
  const commit = await store.transact([
    { kind: 'insert', table: 'causes', key: causeKey(cause), value: cause },
  ]);
  return commit.kind === 'committed';
}

/** Removes a cause that no longer holds; absent is fine. */
export async function clearCause(
  store: HotStore,
  cause: Pick<TradingCause, 'code' | 'scope'>,
): Promise<void> {
  const key = causeKey(cause);
  const row = await store.get('causes', key);
  if (row === null) return;
  await store.transact([{ kind: 'remove', table: 'causes', key, version: row.version }]);
}
