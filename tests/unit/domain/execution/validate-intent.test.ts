import { describe, expect, it } from 'vitest';
import { collarThrough } from '../../../../shared/domain/execution/price-collar.ts';
import { validateIntent } from '../../../../shared/domain/execution/validate-intent.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { aBook, aMarket, anEntry, anExit, NOON } from '../../../support/trade-builders.ts';

const LIMITS = {
  entryMaxAgeMs: 1_000,
  closeGuardMs: 60_000,
  collar: { lowest: price(100), highest: price(5_400) },
};
const CLOSE = aMarket().closeTimeMs;
const late = (intent: { decidedAtMs: number }, ms: number) => intent.decidedAtMs + ms;

describe('an intent', () => {
  it.each([
    ['count_not_positive', anEntry({ count: contracts(0) }), aMarket(), NOON],
    ['price_out_of_range', anEntry({ limitPrice: price(0) }), aMarket(), NOON],
    ['price_out_of_range', anExit({ limitPrice: price(10_000) }), aMarket(), NOON],
    ['off_grid', anEntry({ limitPrice: price(5_250) }), aMarket(), NOON],
    ['outside_collar', anEntry({ limitPrice: price(5_500) }), aMarket(), NOON],
    ['market_closed', anEntry(), aMarket({ status: 'closed' }), NOON],
    ['market_closed', anExit(), aMarket(), CLOSE],
    ['market_closed', anExit(), aMarket({ status: 'inactive' }), CLOSE + 1],
    ['market_not_active', anExit(), aMarket({ status: 'determined' }), CLOSE],
    [
      'market_not_active',
      anEntry(),
      aMarket({ status: 'initialized', openTimeMs: NOON + 1 }),
      NOON,
    ],
    ['market_not_active', anExit(), aMarket({ status: 'inactive' }), NOON],
    ['market_closing', anEntry({ decidedAtMs: CLOSE - 60_000 }), aMarket(), CLOSE - 60_000],
    ['entry_too_old', anEntry(), aMarket(), late(anEntry(), 1_001)],
  ] as const)('is refused with %s', (code, intent, market, nowMs) => {
    expect(validateIntent(intent, market, nowMs, LIMITS)?.code).toBe(code);
  });

  it('is sound up to each bound', () => {
    const atHighest = anEntry({ limitPrice: price(5_400) });
    expect(validateIntent(atHighest, aMarket(), late(atHighest, 1_000), LIMITS)).toBeNull();
    const beforeGuard = anEntry({ decidedAtMs: CLOSE - 60_001 });
    expect(validateIntent(beforeGuard, aMarket(), CLOSE - 60_001, LIMITS)).toBeNull();
  });

  it('is taken by a market whose opening has passed without a word', () => {
    const market = aMarket({ status: 'initialized', openTimeMs: NOON });
    expect(validateIntent(anEntry(), market, NOON, LIMITS)).toBeNull();
  });

  it('that is an exit may be old and near the close', () => {
    const old = anExit({ decidedAtMs: NOON - 60_000 });
    expect(validateIntent(old, aMarket(), CLOSE - 1, LIMITS)).toBeNull();
  });

  it('says the numbers behind a refusal', () => {
    expect(validateIntent(anEntry(), aMarket(), late(anEntry(), 1_001), LIMITS)).toEqual({
      kind: 'refused',
      code: 'entry_too_old',
      numbers: { ageMs: 1_001, entryMaxAgeMs: 1_000 },
    });
  });

  it('is never held against another market', () => {
    const other = aMarket({ ticker: 'OTHER' });
    expect(() => validateIntent(anEntry(), other, NOON, LIMITS)).toThrow(/own market/);
  });
});

describe('the collar through the touch', () => {
  it.each([
    ['bid', 5_000, 5_200, 3, 1, 5_500],
    ['ask', 5_000, 5_200, 3, 4_700, 9_999],
    ['bid', 9_700, 9_900, 3, 1, 9_999],
    ['ask', 200, 400, 3, 1, 9_999],
  ] as const)('of a %s in %i/%i reaches %i cents', (bookSide, bid, ask, cents, lowest, highest) => {
    expect(collarThrough({ bookSide, view: aBook(bid, ask), cents })).toEqual({ lowest, highest });
  });

  it('does not exist without anything to trade against', () => {
    expect(collarThrough({ bookSide: 'bid', view: aBook(5_000, null), cents: 3 })).toBeNull();
    expect(collarThrough({ bookSide: 'ask', view: aBook(null, 5_000), cents: 3 })).toBeNull();
  });
});
