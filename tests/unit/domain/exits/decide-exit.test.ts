import { describe, expect, it } from 'vitest';
import { decideExit } from '../../../../shared/domain/exits/decide-exit.ts';
import type { ExitRules } from '../../../../shared/domain/exits/exit-rules.ts';
import { DECI_CENT } from '../../../../shared/domain/market/tick-grid.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { applyEntryFill } from '../../../../shared/domain/positions/fold-position.ts';
import { markPosition } from '../../../../shared/domain/positions/mark-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aBook, aFillOf, aMarket, anEntry, NOON } from '../../../support/trade-builders.ts';

const RULES: ExitRules = {
  stopLossMillionths: 200_000,
  stopLossCents: 4,
  profitTargetMillionths: 300_000,
  confirmMs: 3_000,
  collarCents: { critical: 5, medium: 1 },
};

function position(leg: 'yes' | 'no' = 'yes', units = 5_000, count = 1_000): Position {
  const intent = anEntry({ leg, limitPrice: price(units), count: contracts(count) });
  return applyEntryFill(null, aFillOf(intent), intent, 'position-1');
}

/** Marks from a book and decides on it, `atMs` after noon. */
function look(
  held: Position,
  [bid, ask]: readonly [number | null, number | null],
  atMs = 0,
  change: { readonly market?: ReturnType<typeof aMarket>; readonly rules?: ExitRules } = {},
) {
  const view = aBook(bid, ask);
  const nowMs = NOON + atMs;
  const book = { view, sync: 'synced', exchangeTimeMs: nowMs, nowMs, maxAgeMs: 2_000 } as const;
  const marked = markPosition({ position: held, ...book });
  const decision = decideExit({
    position: marked,
    rules: change.rules ?? RULES,
    view,
    nowMs,
    market: change.market ?? aMarket(),
  });
  return { decision, position: { ...marked, crossing: decision.crossing } };
}

describe('a stop-loss', () => {
  it('sells once the loss has lasted, at most the collar below the touch', () => {
    const first = look(position(), [4_000, 4_200]);
    expect(first.decision).toEqual({
      kind: 'hold',
      reason: 'confirming',
      crossing: { rule: 'stop_loss', sinceMs: NOON },
    });
    expect(look(first.position, [3_900, 4_100], 2_999).decision.kind).toBe('hold');
    expect(look(first.position, [3_900, 4_100], 3_000).decision).toEqual({
      kind: 'exit',
      rule: 'stop_loss',
      priority: 'critical',
      limitPrice: 3_400,
      count: 1_000,
      triggered: ['stop_loss'],
      crossing: { rule: 'stop_loss', sinceMs: NOON },
    });
  });

  it.each([
    // Entry 0.50: 20 % is 10 cents, more than 4. Entry 0.10: 20 % is 2 cents, so 4 cents count.
    [5_000, 4_001, 'within_levels'],
    [5_000, 4_000, 'confirming'],
    [1_000, 601, 'within_levels'],
    [1_000, 600, 'confirming'],
  ])('of an entry at %i with a bid of %i is %s', (entry, bid, reason) => {
    expect(look(position('yes', entry), [bid, 9_900]).decision).toMatchObject({ reason });
  });

  it('compares with the average entry price exactly, also between price units', () => {
    const intent = anEntry({ limitPrice: price(5_000), count: contracts(200) });
    const uneven = applyEntryFill(
      applyEntryFill(null, aFillOf(intent, { count: contracts(100) }), intent, 'position-1'),
      aFillOf(intent, { price: price(5_001), count: contracts(100) }),
      intent,
      'position-1',
    );
    // Average 0.50005; 80 % of it is 0.40004.
    expect(look(uneven, [4_001, 9_900]).decision).toMatchObject({ reason: 'within_levels' });
    expect(look(uneven, [4_000, 9_900]).decision).toMatchObject({ reason: 'confirming' });
  });

  it('starts over when the price comes back', () => {
    const crossed = look(position(), [4_000, 4_200]);
    const back = look(crossed.position, [4_100, 4_300], 2_000);
    expect(back.decision).toMatchObject({ reason: 'within_levels', crossing: null });
    const again = look(back.position, [4_000, 4_200], 3_000);
    expect(again.decision).toMatchObject({ crossing: { sinceMs: NOON + 3_000 } });
  });

  it('never sells on a kept mark, and is not starved by one', () => {
    const crossed = look(position(), [4_000, 4_200]);
    const { crossing } = crossed.decision;
    const kept = look(crossed.position, [null, 4_200], 3_500);
    expect(kept.decision).toEqual({ kind: 'hold', reason: 'mark_kept', crossing });
    expect(look(kept.position, [4_000, 4_200], 4_000).decision).toMatchObject({
      kind: 'exit',
      rule: 'stop_loss',
    });
    expect(look(kept.position, [5_000, 5_200], 4_000).decision).toMatchObject({
      reason: 'within_levels',
      crossing: null,
    });
  });

  it('of NO watches the YES ask, and buys YES to get out', () => {
    const crossed = look(position('no', 5_000), [5_800, 6_000]);
    expect(crossed.decision).toMatchObject({ reason: 'confirming' });
    expect(look(crossed.position, [5_800, 6_000], 3_000).decision).toMatchObject({
      rule: 'stop_loss',
      limitPrice: 6_500,
    });
  });
});

describe('a profit target', () => {
  it.each([
    ['yes', 5_000, [6_500, 6_700], 6_400],
    ['no', 5_000, [3_300, 3_500], 3_600],
  ] as const)('of %s sells at once', (leg, entry, book, limitPrice) => {
    expect(look(position(leg, entry), book).decision).toEqual({
      kind: 'exit',
      rule: 'profit_target',
      priority: 'medium',
      limitPrice,
      count: 1_000,
      triggered: ['profit_target'],
      crossing: null,
    });
  });

  it('is not reached one unit below', () => {
    expect(look(position(), [6_499, 6_700]).decision).toMatchObject({ reason: 'within_levels' });
  });
});

describe('several rules at once', () => {
  it('are all returned, and the highest priority acts', () => {
    const rules = { ...RULES, stopLossMillionths: 0, stopLossCents: 0, profitTargetMillionths: 0 };
    const held = { ...position(), crossing: { rule: 'stop_loss', sinceMs: NOON - 3_000 } } as const;
    expect(look(held, [5_000, 5_200], 0, { rules }).decision).toMatchObject({
      rule: 'stop_loss',
      priority: 'critical',
      limitPrice: 4_500,
      triggered: ['stop_loss', 'profit_target'],
    });
  });
});

describe('an exit', () => {
  const target = [6_500, 6_700] as const;

  it('waits while the market takes no orders', () => {
    const market = aMarket({ status: 'inactive' });
    expect(look(position(), target, 0, { market }).decision).toMatchObject({
      reason: 'market_not_active',
    });
  });

  it('is not sent to a market whose close has passed without an event', () => {
    const closing = aMarket({ closeTimeMs: NOON + 1 });
    expect(look(position(), target, 0, { market: closing }).decision.kind).toBe('exit');
    expect(look(position(), target, 1, { market: closing }).decision).toMatchObject({
      reason: 'market_closed',
    });
    const reopened = aMarket({ closeTimeMs: NOON + 60_000 });
    expect(look(position(), target, 1, { market: reopened }).decision.kind).toBe('exit');
  });

  it('waits while all is in flight, and sells only what is not', () => {
    const held = position();
    const sellable = (count: number) => ({
      ...held,
      exit: { ...held.exit, sellable: contracts(count) },
    });
    expect(look(sellable(0), target).decision).toMatchObject({ reason: 'nothing_sellable' });
    expect(look(sellable(300), target).decision).toMatchObject({ count: 300 });
  });

  it('stays on a finer grid, and above zero when the collar would reach below it', () => {
    const market = aMarket({ priceRanges: DECI_CENT });
    expect(look(position(), [6_530, 6_700], 0, { market }).decision).toMatchObject({
      limitPrice: 6_430,
    });
    const crossed = look(position(), [300, 500]);
    expect(look(crossed.position, [300, 500], 3_000).decision).toMatchObject({ limitPrice: 100 });
  });

  it('is not decided without a mark or without a position', () => {
    expect(look(position(), [null, null]).decision).toMatchObject({ reason: 'no_mark' });
    const closed = { ...position(), state: 'closed' } as const;
    expect(look(closed, target).decision).toMatchObject({ reason: 'position_closed' });
  });
});
