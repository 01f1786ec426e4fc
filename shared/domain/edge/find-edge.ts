import type { BookView, Level } from '../market/book-view.ts';
import { estimateTakerFee } from '../market/fees.ts';
import type { FeeSchedule } from '../market/fee-schedule.ts';
import { ONE_CONTRACT, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import type { Money } from '../money/money.ts';
import { ONE_DOLLAR, type Price } from '../money/price.ts';
import type { Probability } from '../money/probability.ts';
import type { Edge, Leg } from './edge.ts';
import { expectedPayoutFloor } from './expected-payout.ts';

/** What each leg offers above the threshold, and the better of the two. */
export type FoundEdge = {
  readonly kind: 'edge';
  readonly edge: Edge;
  readonly both: { readonly yes: Edge | null; readonly no: Edge | null };
};

/** Why the book offers nothing. `best` is the most that one contract promises at the touch of either leg, after its fee. */
export type NoEdge = {
  readonly kind: 'none';
  readonly code: 'edge_below_threshold' | 'edge_negative' | 'book_empty' | 'book_one_sided';
  readonly best: Money | null;
};

export type EdgeInput = {
  /** That YES wins. */
  readonly fair: Probability;
  readonly view: BookView;
  readonly fees: FeeSchedule;
  /** A level is taken only when one contract promises more than this after its fee. */
  readonly minPerContract: Money;
  readonly maxCount: Contracts;
};

/**
 * The edge of fair value against what can be executed, net of taker fees. Buying YES walks the asks upward, buying NO
 * the bids downward at one dollar less the bid. A level promises the expected payout (rounded down) less the leg's
 * price less the fee of one contract (rounded up to $0.0001); levels are taken while that exceeds the threshold, up to
 * `maxCount`. The leg with the larger expected profit is the edge, YES on a tie. A book without both sides has no price
 * to believe and is not traded. Integers throughout.
 */
export function findEdge(input: EdgeInput): FoundEdge | NoEdge {
  const { bids, asks } = input.view;
  if (bids.length === 0 || asks.length === 0) {
    const code = bids.length === asks.length ? 'book_empty' : 'book_one_sided';
    return { kind: 'none', code, best: null };
  }
  const yes = walk(input, 'yes', asks);
  const no = walk(input, 'no', bids);
  if (yes.edge !== null || no.edge !== null) {
    const edge = better(yes.edge, no.edge);
    return { kind: 'edge', edge, both: { yes: yes.edge, no: no.edge } };
  }
  const best = Math.max(yes.best, no.best);
  const code = best > 0 ? 'edge_below_threshold' : 'edge_negative';
  return { kind: 'none', code, best: best === NOTHING ? null : (best as Money) };
}

const NOTHING = Number.NEGATIVE_INFINITY;

function walk(
  { fair, fees: schedule, minPerContract, maxCount }: EdgeInput,
  leg: Leg,
  levels: readonly Level[],
): { readonly edge: Edge | null; readonly best: number } {
  const payout = expectedPayoutFloor(fair, leg);
  let best = NOTHING;
  let limit: Price | null = null;
  let worst = 0;
  let count = 0;
  let cost = 0;
  let fees = 0;
  for (const level of levels) {
    const legPrice = leg === 'yes' ? level.price : ONE_DOLLAR - level.price;
    // The exchange writes "no quote" as 0 or 1; neither can be traded.
    if (legPrice <= 0 || legPrice >= ONE_DOLLAR || level.count === 0) continue;
    const fee = estimateTakerFee({ price: level.price, count: ONE_CONTRACT, schedule });
    const perContract = payout - legPrice * ONE_CONTRACT - fee;
    if (perContract > best) best = perContract;
    const room = maxCount - count;
    if (perContract <= minPerContract || room <= 0) break;
    const taken = (level.count < room ? level.count : room) as Contracts;
    limit = level.price;
    worst = perContract;
    count += taken;
    cost += legPrice * taken;
    fees += estimateTakerFee({ price: level.price, count: taken, schedule });
  }
  if (limit === null) return { edge: null, best };
  const expected = floorHundredth(payout * count) - cost - fees;
  return {
    best,
    edge: {
      leg,
      limitPrice: limit,
      count: count as Contracts,
      cost: cost as Money,
      fees: fees as Money,
      worstPerContract: worst as Money,
      expected: expected as Money,
    },
  };
}

/** Micro-dollars of a whole position from 1e-6 dollars × 1e-2 contracts, rounded down; exact below 2^53. */
function floorHundredth(product: number): number {
  invariant(product <= Number.MAX_SAFE_INTEGER, 'one order is worth less than 90 million dollars');
  return Math.floor(product / ONE_CONTRACT);
}

function better(yes: Edge | null, no: Edge | null): Edge {
  const found = no === null || (yes !== null && yes.expected >= no.expected) ? yes : no;
  invariant(found !== null, 'one of the two legs has an edge here');
  return found;
}
