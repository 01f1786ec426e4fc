import type { Contracts } from '../money/contracts.ts';
import type { Money } from '../money/money.ts';
import type { Price } from '../money/price.ts';

/** The leg of a binary market that is bought, held or sold. */
export type Leg = 'yes' | 'no';

/** What the book offers to a buyer of `leg` down to one limit, after fees. */
export type Edge = {
  readonly leg: Leg;
  /** Worst price taken, on the YES scale. */
  readonly limitPrice: Price;
  /** Executable within the limit, at the displayed depth. */
  readonly count: Contracts;
  /** Paid for `count` at the displayed levels, without fees. */
  readonly cost: Money;
  /** Estimated taker fees on `count`, rounded up. */
  readonly fees: Money;
  /** Expected profit per contract at the worst level taken, after its fee, rounded down. */
  readonly worstPerContract: Money;
  /** Expected profit of the whole `count` after fees, rounded down. */
  readonly expected: Money;
};

/** The other leg of the same market. */
export function otherLeg(leg: Leg): Leg {
  return leg === 'yes' ? 'no' : 'yes';
}
