import { describe, expect, it } from 'vitest';
import {
  isHealed,
  scopesOf,
  severity,
  worstState,
  type CauseScope,
  type TradingCause,
} from '../../../../shared/domain/risk/trading-state.ts';

const cause = (
  state: TradingCause['state'],
  scope: CauseScope,
  change: Partial<TradingCause> = {},
): TradingCause => ({ code: 'stale_book', scope, state, sinceMs: 100, detail: '', ...change });

const SCOPES = scopesOf({ market: 'M-1', eventTicker: 'E', exchangeIndex: 2 }, ['pinnacle']);

describe('trading states', () => {
  it('grow more severe from open over refuse and reduce to flatten', () => {
    const states = ['open', 'refuse', 'reduce', 'flatten'] as const;
    expect(states.map(severity)).toEqual([0, 1, 2, 3]);
  });

  it('are open without a cause in the scopes of the order', () => {
    const elsewhere = [
      cause('flatten', { kind: 'market', market: 'M-2' }),
      cause('flatten', { kind: 'event', eventTicker: 'F' }),
      cause('flatten', { kind: 'shard', exchangeIndex: 0 }),
      cause('flatten', { kind: 'source', source: 'draftkings' }),
    ];
    expect(worstState(elsewhere, SCOPES)).toEqual({ state: 'open', cause: null });
  });

  it.each([
    { kind: 'account' },
    { kind: 'shard', exchangeIndex: 2 },
    { kind: 'event', eventTicker: 'E' },
    { kind: 'market', market: 'M-1' },
    { kind: 'source', source: 'pinnacle' },
  ] as const)('are set by a cause on $kind', (scope) => {
    expect(worstState([cause('reduce', scope)], SCOPES).state).toBe('reduce');
  });

  it('are the worst over all scopes, by the cause that has stood longest', () => {
    const account = { kind: 'account' } as const;
    const oldest = cause('reduce', account, { code: 'daily_loss', sinceMs: 50 });
    const causes = [
      cause('refuse', account, { sinceMs: 1 }),
      cause('reduce', account, { code: 'mismatch', sinceMs: 70 }),
      oldest,
    ];
    expect(worstState(causes, SCOPES)).toEqual({ state: 'reduce', cause: oldest });
    expect(worstState(causes.toReversed(), SCOPES)).toEqual({ state: 'reduce', cause: oldest });
  });

  it('do not depend on the order of equal causes', () => {
    const equal = (['stale_book', 'book_gap', 'operator'] as const).map((code) =>
      cause('refuse', { kind: 'account' }, { code }),
    );
    expect(worstState(equal, SCOPES).cause?.code).toBe('book_gap');
    expect(worstState(equal.toReversed(), SCOPES).cause?.code).toBe('book_gap');
  });

  it('heal by themselves only from refuse, once the cause was absent long enough', () => {
    const refuse = cause('refuse', { kind: 'account' });
    expect(isHealed(refuse, 1_000, 5_999, 5_000)).toBe(false);
    expect(isHealed(refuse, 1_000, 6_000, 5_000)).toBe(true);
    for (const state of ['reduce', 'flatten'] as const)
      expect(isHealed(cause(state, { kind: 'account' }), 0, 1e12, 5_000)).toBe(false);
  });
});
