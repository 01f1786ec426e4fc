import type { EpochMs, EventTicker } from '../domain/market/market.ts';
import type { ApiKey, ExchangeAccount } from '../ports/exchange-account.ts';
import type { Clock } from '../ports/clock.ts';
import type { HotStore } from '../ports/hot-store.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { clearCause, raiseCause, standingCauses } from './trading-causes.ts';

/** Categories in which the exchange refuses orders of a key whose statement of place has run out (Kalshi: API Keys). */
export const ATTESTED_CATEGORIES: readonly string[] = ['Sports', 'Elections', 'Entertainment'];

export type KeyWatchDeps = {
  readonly account: Pick<ExchangeAccount, 'keys'>;
  /** The key that this process signs with. */
  readonly keyId: string;
  /** Followed events of categories that need the statement; those of a category that is not known are among them. */
  readonly affected: () => Iterable<EventTicker>;
  readonly store: HotStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

export type KeyLook =
  | { readonly kind: 'unread' }
  /** The exchange does not list the key: it may not see itself, or it was taken away. */
  | { readonly kind: 'not_listed' }
  /** `expiresAtMs` is null when the exchange states none. */
  | { readonly kind: 'read'; readonly expiresAtMs: EpochMs | null };

const CODE = 'key_attestation';
const DAY_MS = 86_400_000;
/** So early somebody is told to renew it. */
const WARN_MS = 7 * DAY_MS;

/**
 * Looks at when our key's statement of place runs out. A level says the days left; under seven it is an error in the
 * log at each look; after it new risk is refused in the events that need it. A key that was renewed lifts that.
 */
export async function watchKey(deps: KeyWatchDeps): Promise<KeyLook> {
  const { account, keyId, store, clock, telemetry } = deps;
  const read = await account.keys();
  if (read.kind !== 'read') {
    telemetry.count('feeder.keys_unread', 1);
    return { kind: 'unread' };
  }
  const key: ApiKey | undefined = read.value.find((one) => one.keyId === keyId);
  if (key === undefined) {
    telemetry.log('error', 'key_not_listed', {});
    return { kind: 'not_listed' };
  }
  const { regionExpiresAtMs: expiresAtMs } = key;
  const nowMs = clock.nowMs();
  if (expiresAtMs === null || expiresAtMs > nowMs) await lift(store);
  if (expiresAtMs === null) return { kind: 'read', expiresAtMs };
  const leftMs = expiresAtMs - nowMs;
  telemetry.gauge('exchange.key_attestation_days', Math.floor(leftMs / DAY_MS));
  if (leftMs < WARN_MS)
    telemetry.log('error', 'key_attestation_ends', { daysLeft: Math.floor(leftMs / DAY_MS) });
  if (leftMs <= 0) {
    const detail = `the key's statement of place ran out at ${new Date(expiresAtMs).toISOString()}; renew it at the exchange`;
    for (const eventTicker of new Set(deps.affected())) {
      const scope = { kind: 'event', eventTicker } as const;
      await raiseCause(store, { code: CODE, scope, state: 'refuse', sinceMs: nowMs, detail });
    }
  }
  return { kind: 'read', expiresAtMs };
}

async function lift(store: HotStore): Promise<void> {
  for (const cause of await standingCauses(store))
    if (cause.code === CODE) await clearCause(store, cause);
}
