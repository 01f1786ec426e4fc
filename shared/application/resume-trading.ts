import type { EpochMs } from '../domain/market/market.ts';
import type { CauseCode } from '../domain/risk/trading-state.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { causeKey } from './market-state.ts';

/** What stands until a person has looked at it. A blown fuse is not among them: it has to be reset at the exchange. */
const LIFTED: ReadonlySet<CauseCode> = new Set([
  'operator',
  'mismatch',
  'api_error_rate',
  'credentials_refused',
]);

export type Resumed =
  /** The codes of what was lifted, in order of their keys. */
  | { readonly kind: 'resumed'; readonly lifted: readonly CauseCode[] }
  /** Nothing that a person may lift stands. */
  | { readonly kind: 'not_stopped' }
  /** It was stopped after it was to go on; or another process changed it at the same time. */
  | { readonly kind: 'stopped_since' };

/**
 * A person's command: what the kill switch stopped, and what was raised for a person to look at, goes on. What was raised
 * at `askedMs` or later stays: the command was of before it. What is still so is raised again by whoever finds it. An
 * aftershock that still runs is not shortened. Safe to repeat.
 */
export async function resumeTrading(
  { store, telemetry }: { readonly store: HotStore; readonly telemetry: Telemetry },
  askedMs: EpochMs,
): Promise<Resumed> {
  const standing = (await store.list('causes')).filter(({ value }) => LIFTED.has(value.code));
  if (standing.length === 0) return { kind: 'not_stopped' };
  const lifted: CauseCode[] = [];
  for (const { value, version } of standing) {
    if (value.sinceMs >= askedMs) continue;
    const key = causeKey(value);
    const commit = await store.transact([{ kind: 'remove', table: 'causes', key, version }]);
    if (commit.kind === 'committed') lifted.push(value.code);
  }
  if (lifted.length === 0) return { kind: 'stopped_since' };
  telemetry.log('warn', 'trading_resumed', { by: 'operator', lifted: lifted.join(' ') });
  return { kind: 'resumed', lifted };
}
