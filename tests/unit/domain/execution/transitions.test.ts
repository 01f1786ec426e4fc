import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../../../shared/domain/execution/order.ts';
import {
  adopt,
  advance,
  applyAbsentLook,
  applyExchangeView,
  applyOutcome,
  bookFill,
  canAdopt,
  canMove,
  isLive,
  isSettled,
  isTerminal,
  mayReleaseAbandoned,
} from '../../../../shared/domain/execution/transitions.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { InvariantViolation } from '../../../../shared/domain/money/invariant.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import { aFillOf, anEntry, anExit, anOrder, NOON } from '../../../support/trade-builders.ts';

const STATES: readonly OrderState[] = [
  'planned',
  'sent',
  'unknown',
  'resting',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'abandoned',
];

const sent = () => anOrder(anEntry(), { state: 'sent' });
const unknown = () => applyOutcome(sent(), { kind: 'unknown', cause: 'timeout' }, NOON);
const view = (status: 'resting' | 'cancelled' | 'executed', filled: number) => ({
  exchangeOrderId: 'exchange-1',
  status,
  filled: contracts(filled),
  atMs: NOON + 50,
});

const look = (order: ReturnType<typeof sent>, afterMs: number) =>
  applyAbsentLook(order, { atMs: NOON + afterMs, quietMs: 5_000 });
const abandoned = () =>
  [5_000, 6_000].reduce(
    (order, afterMs) => applyAbsentLook(order, { atMs: NOON + afterMs, quietMs: 5_000 }),
    unknown(),
  );

describe('the table of order states', () => {
  // Row by row from the architecture's chain, written out apart from the table under test.
  const allowed: Readonly<Record<OrderState, string>> = {
    planned: 'sent unknown resting filled cancelled rejected expired',
    sent: 'unknown resting filled cancelled rejected expired',
    unknown: 'resting filled cancelled expired abandoned',
    resting: 'filled cancelled expired',
    filled: '',
    cancelled: 'filled',
    rejected: '',
    expired: 'filled',
    abandoned: '',
  };
  for (const from of STATES)
    it(`lets ${from} move to: ${allowed[from] || 'nothing'}`, () => {
      expect(STATES.filter((to) => canMove(from, to)).join(' ')).toBe(allowed[from]);
    });

  it('has no way back from any state, so following it always ends', () => {
    const reaches = (from: OrderState, seen: readonly OrderState[]): void => {
      expect(seen).not.toContain(from);
      for (const to of STATES) if (canMove(from, to)) reaches(to, [...seen, from]);
    };
    for (const state of STATES) reaches(state, []);
  });

  it('adopts only what was abandoned, and only as something the exchange can show', () => {
    expect(STATES.filter((to) => canAdopt('abandoned', to))).toEqual([
      'resting',
      'filled',
      'cancelled',
    ]);
    for (const from of STATES)
      if (from !== 'abandoned') for (const to of STATES) expect(canAdopt(from, to)).toBe(false);
  });

  it('knows what is live and what is over', () => {
    expect(STATES.filter(isLive)).toEqual(['sent', 'unknown', 'resting']);
    expect(STATES.filter(isTerminal)).toEqual([
      'filled',
      'cancelled',
      'rejected',
      'expired',
      'abandoned',
    ]);
  });

  it('treats a move outside the table as a bug', () => {
    expect(() => advance(anOrder(anEntry(), { state: 'filled' }), 'resting', NOON)).toThrow(
      InvariantViolation,
    );
    expect(() => adopt(sent(), 'resting', NOON)).toThrow(InvariantViolation);
    expect(() => advance(sent(), 'unknown', NOON)).toThrow(/unknown outcome/);
    expect(() => advance(sent(), 'rejected', NOON)).toThrow(/rejection/);
  });
});

describe('the outcome of a submit', () => {
  it.each([
    [1_000, 'filled'],
    [999, 'cancelled'],
    [0, 'cancelled'],
  ] as const)('ends an immediate-or-cancel order that filled %i of 1000 as %s', (filled, state) => {
    const order = applyOutcome(
      sent(),
      {
        kind: 'accepted',
        exchangeOrderId: 'exchange-1',
        filled: contracts(filled),
        exchangeTimeMs: NOON + 5,
      },
      NOON + 8,
    );
    expect(order).toMatchObject({
      state,
      exchangeFilled: filled,
      exchangeOrderId: 'exchange-1',
      updatedAtMs: NOON + 8,
    });
    expect(isSettled(order)).toBe(filled === 0);
  });

  it('keeps a rejection with its code, and nothing filled', () => {
    const outcome = { kind: 'rejected', code: 'insufficient_balance', message: 'no' } as const;
    const order = applyOutcome(sent(), outcome, NOON);
    expect(order.state).toBe('rejected');
    expect(order.rejection).toEqual({ code: 'insufficient_balance', message: 'no' });
    expect(isSettled(order)).toBe(true);
    expect(() => bookFill(order, aFillOf(order.intent))).toThrow(/rejected order has no fills/);
  });

  it('is a state of its own when unknown', () => {
    expect(unknown()).toMatchObject({
      state: 'unknown',
      unknown: { cause: 'timeout', sinceMs: NOON, absentLooks: 0, lastLookMs: null },
    });
  });

  it('does not take back what the stream has already shown', () => {
    const shown = applyExchangeView(sent(), view('executed', 1_000)).order;
    expect(applyOutcome(shown, { kind: 'unknown', cause: 'timeout' }, NOON + 99)).toBe(shown);
    const rejected = { kind: 'rejected', code: 'x', message: '' } as const;
    expect(applyOutcome(shown, rejected, NOON + 99)).toBe(shown);
  });

  it('resolves an unknown order when the answer comes late', () => {
    const order = applyOutcome(
      unknown(),
      {
        kind: 'accepted',
        exchangeOrderId: 'exchange-1',
        filled: contracts(400),
        exchangeTimeMs: NOON,
      },
      NOON + 3_000,
    );
    expect(order).toMatchObject({ state: 'cancelled', unknown: null, exchangeFilled: 400 });
  });
});

describe('a view of the exchange', () => {
  it('ignores a stale resting after filled', () => {
    const filled = applyExchangeView(sent(), view('executed', 1_000)).order;
    const stale = applyExchangeView(filled, view('resting', 300));
    expect(stale).toEqual({ order: filled, changed: false, adopted: false, contradiction: null });
    expect(stale.order).toBe(filled);
  });

  // A shrunk counterexample: the same told the other way round ends with the time of the view.
  it('leaves the very same order, its time too, when a fill has already said it all', () => {
    const filled = bookFill(sent(), aFillOf(anEntry()));
    const after = applyExchangeView(filled, view('executed', 1_000));
    expect(after).toMatchObject({ changed: false, contradiction: null });
    expect(after.order).toBe(filled);
    const turned = bookFill(
      applyExchangeView(sent(), view('executed', 1_000)).order,
      aFillOf(anEntry()),
    );
    expect(turned).toEqual({ ...filled, updatedAtMs: NOON + 50 });
  });

  it('never lets what has traded decrease', () => {
    const part = applyExchangeView(sent(), view('resting', 600)).order;
    const ended = applyExchangeView(part, view('cancelled', 0)).order;
    expect(ended).toMatchObject({ state: 'cancelled', exchangeFilled: 600 });
  });

  it('counts as filled what was cancelled when all of it turns out to have traded', () => {
    const ended = applyExchangeView(sent(), view('cancelled', 600)).order;
    expect(applyExchangeView(ended, view('executed', 1_000)).order.state).toBe('filled');
  });

  it('calls an executed order that filled in part, as a capped reduce-only one does, cancelled', () => {
    expect(applyExchangeView(sent(), view('executed', 600)).order.state).toBe('cancelled');
  });

  it.each([
    ['filled_beyond_count', sent(), view('executed', 1_001)],
    [
      'other_exchange_order',
      anOrder(anEntry(), { state: 'resting', exchangeOrderId: 'exchange-9' }),
      view('executed', 1_000),
    ],
    [
      'was_rejected',
      applyOutcome(sent(), { kind: 'rejected', code: 'x', message: '' }, NOON),
      view('resting', 0),
    ],
  ] as const)('leaves the order alone and says %s', (contradiction, order, seen) => {
    expect(applyExchangeView(order, seen)).toEqual({
      order,
      changed: false,
      adopted: false,
      contradiction,
    });
  });
});

describe('looks that do not find an order', () => {
  it('abandon it with the second one after the quiet period', () => {
    const first = look(unknown(), 5_000);
    expect(first).toMatchObject({ state: 'unknown', unknown: { absentLooks: 1 } });
    expect(look(first, 5_001)).toMatchObject({ state: 'abandoned', unknown: { absentLooks: 2 } });
  });

  it('do not count within the quiet period, nor twice at one time', () => {
    const early = unknown();
    expect(look(early, 4_999)).toBe(early);
    const first = look(early, 5_000);
    expect(look(first, 5_000)).toBe(first);
  });

  it('make an order whose answer was never read unknown first', () => {
    expect(look(sent(), 10)).toMatchObject({
      state: 'unknown',
      unknown: { sinceMs: NOON + 10, absentLooks: 0 },
    });
  });

  it.each(['planned', 'resting', 'filled', 'cancelled', 'expired'] as const)(
    'say nothing about an order in %s',
    (state) => {
      const order = anOrder(anEntry(), { state });
      expect(look(order, 60_000)).toBe(order);
    },
  );
});

describe('an abandoned order', () => {
  it('keeps its reservation until the signature window is over', () => {
    expect(mayReleaseAbandoned(abandoned(), NOON + 29_999, 30_000)).toBe(false);
    expect(mayReleaseAbandoned(abandoned(), NOON + 30_000, 30_000)).toBe(true);
    expect(mayReleaseAbandoned(unknown(), NOON + 99_000, 30_000)).toBe(false);
  });

  it.each([
    ['resting', 0, 'resting'],
    ['cancelled', 0, 'cancelled'],
    ['executed', 1_000, 'filled'],
  ] as const)('is adopted when it appears as %s', (status, filled, state) => {
    const applied = applyExchangeView(abandoned(), view(status, filled));
    expect(applied).toMatchObject({ adopted: true, changed: true });
    expect(applied.order).toMatchObject({ state, unknown: null });
  });

  it('is adopted by a fill', () => {
    const order = abandoned();
    const filled = bookFill(order, aFillOf(order.intent, { count: contracts(400) }));
    expect(filled).toMatchObject({ state: 'resting', bookedFilled: 400, exchangeFilled: 400 });
  });
});

describe('booking fills', () => {
  it('settles a terminal order once all that traded is booked', () => {
    const intent = anEntry();
    const ended = applyExchangeView(sent(), view('cancelled', 600)).order;
    const half = bookFill(ended, aFillOf(intent, { count: contracts(200) }));
    expect(isSettled(half)).toBe(false);
    const whole = bookFill(half, aFillOf(intent, { tradeId: 't2', count: contracts(400) }));
    expect(isSettled(whole)).toBe(true);
    expect(whole.bookedCost).toBe(5_200 * 600);
  });

  it('costs a NO contract one less the YES price', () => {
    const intent = anEntry({ leg: 'no', limitPrice: price(5_200) });
    const order = bookFill(
      anOrder(intent, { state: 'sent' }),
      aFillOf(intent, { price: price(5_300), count: contracts(100) }),
    );
    expect(order.bookedCost).toBe(4_700 * 100);
  });

  it('refuses what cannot be a fill of the order', () => {
    const order = anOrder(anExit(), { state: 'sent' });
    expect(() => bookFill(order, aFillOf(anEntry()))).toThrow(/side of its order/);
    const tooMany = aFillOf(order.intent, { count: contracts(1_001) });
    expect(() => bookFill(order, tooMany)).toThrow(/beyond its count/);
    const seen = anOrder(anExit(), { state: 'resting', exchangeOrderId: 'exchange-9' });
    expect(() => bookFill(seen, aFillOf(seen.intent))).toThrow(/exchange id/);
  });
});
