import { describe, expect, it } from 'vitest';
import {
  filterMarket,
  type Candidate,
  type MarketFilters,
} from '../../../../shared/domain/market/market-filters.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money, NO_MONEY } from '../../../../shared/domain/money/money.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const level = (at: number, count = 10_000) => ({ price: price(at), count: contracts(count) });

const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  market: aMarket(),
  category: 'Sports',
  isCombo: false,
  bid: level(8_600),
  ask: level(8_800),
  ...change,
});

const NONE: MarketFilters = {
  categories: [],
  minFavouriteMillionths: null,
  minLiquidity: NO_MONEY,
  maxSpread: null,
  excludeResearchGaps: false,
  researchGaps: new Set(),
};

const verdict = (given: Partial<Candidate>, filters: Partial<MarketFilters>) =>
  filterMarket(candidate(given), { ...NONE, ...filters }, NOON);
const kept = { kind: 'kept', researchGap: false };

describe('the filters of markets', () => {
  it('ask for nothing but an open market when nothing is asked for', () => {
    expect(verdict({ bid: null, ask: null, category: null }, {})).toEqual(kept);
    expect(verdict({ isCombo: true }, {})).toMatchObject({ code: 'combo' });
  });

  it.each([
    ['inactive', {}, { status: 'inactive', phase: 'paused' }],
    ['active', { closeTimeMs: NOON }, { status: 'active', phase: 'closed' }],
    ['active', { openTimeMs: NOON + 1 }, { status: 'active', phase: 'unopened' }],
    ['finalized', {}, { status: 'finalized', phase: 'ended' }],
  ] as const)('refuse a market that is %s with %j', (status, times, numbers) => {
    expect(verdict({ market: aMarket({ status, ...times }) }, {})).toEqual({
      kind: 'refused',
      code: 'market_not_open',
      numbers,
    });
  });

  it('take categories in any case, and an unknown one for none of them', () => {
    expect(verdict({}, { categories: ['politics', 'SPORTS'] })).toEqual(kept);
    expect(verdict({}, { categories: ['Politics'] })).toMatchObject({
      code: 'category_not_wanted',
      numbers: { category: 'Sports' },
    });
    expect(verdict({ category: null }, { categories: ['Sports'] })).toMatchObject({
      numbers: { category: 'unknown' },
    });
  });

  it.each([['KXNFLGAME-26NOV22-KC'], ['KXNFLGAME-26NOV22'], ['KXNFLGAME']])(
    'flag a gap in research named by %s, and refuse it only when told to',
    (name) => {
      const researchGaps = new Set([name]);
      expect(verdict({}, { researchGaps })).toEqual({ kind: 'kept', researchGap: true });
      expect(verdict({}, { researchGaps, excludeResearchGaps: true })).toMatchObject({
        code: 'research_gap',
      });
    },
  );

  it('refuse one side alone as soon as a price is needed', () => {
    for (const asked of [
      { maxSpread: price(9_000) },
      { minLiquidity: money(1) },
      { minFavouriteMillionths: 500_000 },
    ]) {
      expect(verdict({ bid: null }, asked)).toMatchObject({
        code: 'no_two_sided_quote',
        numbers: { bid: 'none', ask: 8_800 },
      });
      expect(verdict({ ask: null }, asked)).toMatchObject({ code: 'no_two_sided_quote' });
    }
  });

  it('take a spread up to the largest', () => {
    expect(verdict({}, { maxSpread: price(200) })).toEqual(kept);
    expect(verdict({}, { maxSpread: price(199) })).toEqual({
      kind: 'refused',
      code: 'spread_too_wide',
      numbers: { spread: 200, maxSpread: 199, bid: 8_600, ask: 8_800 },
    });
  });

  it('measure liquidity by what the thinner side would cost to take', () => {
    // 100 contracts: YES at 0.88 is $88; NO at 0.14 is $14.
    expect(verdict({}, { minLiquidity: money(14_000_000) })).toEqual(kept);
    expect(verdict({}, { minLiquidity: money(14_000_001) })).toEqual({
      kind: 'refused',
      code: 'liquidity_too_low',
      numbers: { liquidity: 14_000_000, minLiquidity: 14_000_001 },
    });
    expect(verdict({ ask: level(8_800, 100) }, { minLiquidity: money(14_000_000) })).toMatchObject({
      numbers: { liquidity: 880_000 },
    });
  });

  it.each([
    [8_600, 8_800, 'kept'],
    [8_400, 8_600, 'refused'],
    [8_401, 8_600, 'kept'],
    [1_200, 1_400, 'kept'],
    [1_400, 1_600, 'refused'],
    [4_900, 5_100, 'refused'],
  ])('want a favourite above 85 %% on either side: %d to %d is %s', (bid, ask, kind) => {
    expect(
      verdict({ bid: level(bid), ask: level(ask) }, { minFavouriteMillionths: 850_000 }).kind,
    ).toBe(kind);
  });
});
