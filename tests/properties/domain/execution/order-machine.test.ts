import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '../../../../shared/domain/execution/fill.ts';
import type { Order, OrderState } from '../../../../shared/domain/execution/order.ts';
import {
  advance,
  applyAbsentLook,
  applyExchangeView,
  applyOutcome,
  bookFill,
  canAdopt,
  canMove,
  isSettled,
  type ExchangeView,
} from '../../../../shared/domain/execution/transitions.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import { aFillOf, anEntry, anOrder, NOON } from '../../../support/trade-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const COUNT = 1_000;
const QUIET_MS = 5_000;

/** What comes of the request: a late one arrives only after it was given up for lost. */
const FATES = ['arrives', 'is_refused', 'is_late'] as const;
type Fate = (typeof FATES)[number];

/**
 * What really happens at the exchange, and what of it has been told to us. The order machine only sees the telling.
 */
class Model {
  fate: Fate;
  nowMs = NOON;
  arrived = false;
  refused = false;
  ended = false;
  traded = 0;
  readonly views: ExchangeView[] = [];
  readonly fills: Fill[] = [];

  answered = false;
  /** The state as far as we know while nothing of the order was seen at the exchange. */
  unseen: OrderState = 'planned';
  unknownSinceMs = 0;
  looks = 0;
  lastLookMs = 0;
  seen = false;
  seenEnded = false;
  seenFilled = 0;
  readonly booked = new Set<number>();

  constructor(fate: Fate) {
    this.fate = fate;
  }

  get expected(): OrderState {
    if (!this.seen) return this.unseen;
    if (this.seenFilled === COUNT) return 'filled';
    return this.seenEnded ? 'cancelled' : 'resting';
  }

  get bookedCount(): number {
    return [...this.booked].reduce((sum, index) => sum + this.fills[index]!.count, 0);
  }

  show(): void {
    const status = this.ended ? (this.traded === COUNT ? 'executed' : 'cancelled') : 'resting';
    const filled = contracts(this.traded);
    this.views.push({ exchangeOrderId: 'exchange-1', status, filled, atMs: this.nowMs });
  }

  see(filled: number, ended: boolean): void {
    this.seen = true;
    this.seenEnded ||= ended;
    this.seenFilled = Math.max(this.seenFilled, filled);
  }
}

type Real = { order: Order; readonly moves: Set<string> };
type Step = fc.Command<Model, Real>;

/** A step is tried when its guard holds; afterwards the order must be what the model says, by a legal move. */
function step(
  name: string,
  guard: (model: Model) => boolean,
  run: (model: Model, order: Order) => Order,
): Step {
  return {
    toString: () => name,
    check: (model) => guard(model),
    run: (model, real) => {
      const before = real.order;
      const after = run(model, before);
      real.order = after;
      if (after.state !== before.state) {
        real.moves.add(`${before.state}>${after.state}`);
        expect(canMove(before.state, after.state)).toBe(before.state !== 'abandoned');
        expect(canAdopt(before.state, after.state)).toBe(before.state === 'abandoned');
      }
      expect(after.state).toBe(model.expected);
      expect(after.exchangeFilled).toBeGreaterThanOrEqual(before.exchangeFilled);
      expect(after.exchangeFilled).toBe(model.seenFilled);
      expect(after.bookedFilled).toBe(model.bookedCount);
      expect(after.bookedFilled).toBeLessThanOrEqual(after.exchangeFilled);
      expect(after.updatedAtMs).toBeGreaterThanOrEqual(before.updatedAtMs);
      expect(after.unknown !== null).toBe(['unknown', 'abandoned'].includes(after.state));
    },
  };
}

const send = step(
  'send',
  (model) => model.unseen === 'planned' && !model.seen,
  (model, order) => {
    model.unseen = 'sent';
    return advance(order, 'sent', model.nowMs);
  },
);

const arrive = step(
  'arrive',
  (model) => model.unseen !== 'planned' && !model.arrived && model.fate === 'arrives',
  (model, order) => {
    model.arrived = true;
    model.show();
    return order;
  },
);

const refuse = step(
  'refuse',
  (model) => model.unseen !== 'planned' && model.fate === 'is_refused',
  (model, order) => {
    model.refused = true;
    return order;
  },
);

const trade = (count: number): Step =>
  step(
    `trade(${count})`,
    (model) => model.arrived && !model.ended && model.traded < COUNT,
    (model, order) => {
      const filled = Math.min(count, COUNT - model.traded);
      model.traded += filled;
      model.fills.push(
        aFillOf(order.intent, {
          tradeId: `trade-${model.fills.length}`,
          count: contracts(filled),
          fee: money(filled),
          exchangeTimeMs: model.nowMs,
        }),
      );
      model.show();
      return order;
    },
  );

const end = step(
  'end',
  (model) => model.arrived && !model.ended,
  (model, order) => {
    model.ended = true;
    model.show();
    return order;
  },
);

const answer = step(
  'answer',
  (model) => !model.answered && model.unseen !== 'planned' && (model.ended || model.refused),
  (model, order) => {
    model.answered = true;
    if (model.refused) {
      if (model.unseen === 'sent') model.unseen = 'rejected';
      return applyOutcome(order, { kind: 'rejected', code: 'closed', message: '' }, model.nowMs);
    }
    model.see(model.traded, true);
    const filled = contracts(model.traded);
    const exchangeTimeMs = model.nowMs;
    return applyOutcome(
      order,
      { kind: 'accepted', exchangeOrderId: 'exchange-1', filled, exchangeTimeMs },
      model.nowMs,
    );
  },
);

const loseAnswer = step(
  'loseAnswer',
  (model) => !model.answered && model.unseen !== 'planned',
  (model, order) => {
    model.answered = true;
    if (model.unseen === 'sent') {
      model.unseen = 'unknown';
      model.unknownSinceMs = model.nowMs;
    }
    return applyOutcome(order, { kind: 'unknown', cause: 'timeout' }, model.nowMs);
  },
);

/** Any view that was ever true may be delivered now, again, or out of order. */
const deliverView = (pick: number): Step =>
  step(
    `deliverView(${pick})`,
    (model) => model.views.length > 0 && model.unseen !== 'rejected',
    (model, order) => {
      const view = model.views[pick % model.views.length]!;
      const wasAbandoned = model.expected === 'abandoned';
      model.see(view.filled, view.status !== 'resting');
      const applied = applyExchangeView(order, view);
      expect(applied.adopted).toBe(wasAbandoned);
      expect(applied.contradiction).toBeNull();
      expect(applied.changed).toBe(applied.order !== order);
      return applied.order;
    },
  );

/** A fill is booked once; which one comes next is anybody's guess. */
const deliverFill = (pick: number): Step =>
  step(
    `deliverFill(${pick})`,
    (model) => model.fills.length > 0 && !model.booked.has(pick % model.fills.length),
    (model, order) => {
      const index = pick % model.fills.length;
      model.booked.add(index);
      model.see(Math.max(model.seenFilled, model.bookedCount), false);
      return bookFill(order, model.fills[index]!);
    },
  );

const lookInVain = step(
  'lookInVain',
  (model) => !model.arrived && model.unseen !== 'planned',
  (model, order) => {
    const { nowMs } = model;
    if (model.unseen === 'sent') {
      model.unseen = 'unknown';
      model.unknownSinceMs = nowMs;
    } else if (model.unseen === 'unknown') {
      const counts = nowMs >= model.unknownSinceMs + QUIET_MS && nowMs > model.lastLookMs;
      if (counts) {
        model.looks += 1;
        model.lastLookMs = nowMs;
      }
      if (model.looks === 2) model.unseen = 'abandoned';
    }
    return applyAbsentLook(order, { atMs: nowMs, quietMs: QUIET_MS });
  },
);

const wait = (ms: number): Step =>
  step(
    `wait(${ms})`,
    () => true,
    (model, order) => {
      model.nowMs += ms;
      return order;
    },
  );

const stories = fc.commands(
  [
    fc.constant(send),
    fc.constant(arrive),
    fc.constant(refuse),
    fc.constant(refuse),
    fc.oneof(fc.integer({ min: 1, max: COUNT }), fc.constant(COUNT)).map(trade),
    fc.constant(end),
    fc.constant(answer),
    fc.constant(answer),
    fc.constant(loseAnswer),
    fc.nat({ max: 20 }).map(deliverView),
    fc.nat({ max: 20 }).map(deliverView),
    fc.nat({ max: 20 }).map(deliverFill),
    fc.constant(lookInVain),
    fc.constant(lookInVain),
    fc.constantFrom(0, QUIET_MS, QUIET_MS + 1).map(wait),
  ],
  { maxCommands: 60, size: '+1' },
);

/** Moves that the stories must have made, or they are worth nothing. */
const MOVES = [
  'planned>sent',
  'sent>unknown',
  'sent>resting',
  'sent>rejected',
  'unknown>resting',
  'unknown>abandoned',
  'abandoned>resting',
  'resting>filled',
  'resting>cancelled',
];

describe('the order machine', () => {
  it('is what a trivial model says after any telling of any story, and true once all is told', () => {
    const moves = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...FATES), stories, (fate, commands) => {
        const model = new Model(fate);
        const order = anOrder(anEntry({ count: contracts(COUNT) }));
        const real: Real = { order, moves };
        const tell = (...steps: readonly Step[]): void => {
          fc.modelRun(() => ({ model, real }), steps);
        };
        tell(send, ...commands);
        if (fate === 'is_late' && real.order.state === 'abandoned') {
          model.fate = 'arrives';
          tell(arrive, trade(COUNT / 2));
        }
        if (!model.arrived || model.unseen === 'rejected') return;
        if (!model.ended) tell(end);
        for (const index of model.views.keys()) tell(deliverView(index));
        const unbooked = [...model.fills.keys()].filter((index) => !model.booked.has(index));
        for (const index of unbooked) tell(deliverFill(index));
        expect(real.order).toMatchObject({
          state: model.traded === COUNT ? 'filled' : 'cancelled',
          exchangeFilled: model.traded,
          bookedFilled: model.traded,
          bookedCost: model.traded * anEntry().limitPrice,
          bookedFees: model.traded,
        });
        expect(isSettled(real.order)).toBe(true);
      }),
      runs(1_000),
    );
    // The stories are worth nothing if they never get anywhere.
    expect([...moves]).toEqual(expect.arrayContaining(MOVES));
  });

  it('ends the same, but for the times of its last change and its adoption, for any order and number of deliveries', () => {
    const story = fc
      .uniqueArray(fc.integer({ min: 1, max: COUNT }), { minLength: 1, maxLength: 4 })
      .map((totals) => totals.toSorted((a, b) => a - b))
      .chain((totals) => {
        const tellings = [
          ...totals.flatMap((total, index) => [
            { kind: 'view', total, ended: false } as const,
            { kind: 'fill', index, count: total - (totals[index - 1] ?? 0) } as const,
          ]),
          { kind: 'view', total: totals.at(-1)!, ended: true } as const,
          { kind: 'answer', total: totals.at(-1)! } as const,
          { kind: 'no_answer' } as const,
        ];
        const once = fc.shuffledSubarray(tellings, { minLength: tellings.length });
        const again = fc.array(fc.constantFrom(...tellings), { maxLength: 6 });
        return fc.record({ total: fc.constant(totals.at(-1)!), once, again });
      });
    const cause = 'timeout' as const;
    const lost = { cause, sinceMs: NOON, absentLooks: 2, lastLookMs: NOON };
    const start = fc.oneof(
      fc.constantFrom('planned', 'sent').map((state) => ({ state, unknown: null })),
      fc.constantFrom('unknown', 'abandoned').map((state) => ({ state, unknown: lost })),
    );
    fc.assert(
      fc.property(story, start, ({ total, once, again }, before) => {
        const intent = anEntry({ count: contracts(COUNT) });
        let order = anOrder(intent, before);
        const booked = new Set<number>();
        for (const told of [...once, ...again]) {
          if (told.kind === 'view') {
            order = applyExchangeView(order, {
              exchangeOrderId: 'exchange-1',
              status: told.ended ? (total === COUNT ? 'executed' : 'cancelled') : 'resting',
              filled: contracts(told.total),
              atMs: NOON + told.total,
            }).order;
          } else if (told.kind === 'answer') {
            const exchangeTimeMs = NOON + total;
            const filled = contracts(total);
            const accepted = { exchangeOrderId: 'exchange-1', filled, exchangeTimeMs };
            order = applyOutcome(order, { kind: 'accepted', ...accepted }, exchangeTimeMs);
          } else if (told.kind === 'no_answer') {
            order = applyOutcome(order, { kind: 'unknown', cause }, NOON);
          } else if (!booked.has(told.index)) {
            booked.add(told.index);
            const count = contracts(told.count);
            const tradeId = `trade-${told.index}`;
            order = bookFill(order, aFillOf(intent, { tradeId, count }));
          }
        }
        const { updatedAtMs, adoptedAtMs } = order;
        expect(order).toEqual(
          anOrder(intent, {
            state: total === COUNT ? 'filled' : 'cancelled',
            exchangeOrderId: 'exchange-1',
            exchangeFilled: contracts(total),
            bookedFilled: contracts(total),
            bookedCost: money(total * intent.limitPrice),
            updatedAtMs,
            adoptedAtMs,
          }),
        );
        expect(adoptedAtMs !== null).toBe(before.state === 'abandoned');
        // Each fill changes the order, and nothing was told later than its end.
        expect(updatedAtMs).toBeGreaterThanOrEqual(NOON + 10);
        expect(updatedAtMs).toBeLessThanOrEqual(NOON + Math.max(total, 10));
      }),
    );
  });
});
