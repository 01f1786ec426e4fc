import type { ProbedExchange } from './probed-exchange.ts';

/** What a check does to the exchange. */
export type CheckNeed =
  /** It reads, or listens. */
  | 'reads'
  /** It sends writes that can place nothing, such as an order without a ticker. */
  | 'refused_writes'
  /** It places orders: one contract, far from the market, cancelled at once. Only when it was allowed. */
  | 'orders';

/** What was seen of an assumption. */
export type Finding =
  | { readonly kind: 'holds'; readonly seen: string }
  | { readonly kind: 'differs'; readonly seen: string }
  /** Nothing was seen that could tell. */
  | { readonly kind: 'unseen'; readonly why: string };

/** One behaviour that the exchange's documents leave open, what we assume of it, and how it is looked at. */
export type Check = {
  readonly name: string;
  readonly question: string;
  readonly assumed: string;
  readonly need: CheckNeed;
  readonly probe: (exchange: ProbedExchange) => Promise<Finding>;
};

export const holds = (seen: string): Finding => ({ kind: 'holds', seen });
export const differs = (seen: string): Finding => ({ kind: 'differs', seen });
export const unseen = (why: string): Finding => ({ kind: 'unseen', why });

/** Holds when what was seen is what was assumed. */
export function whether(isAsAssumed: boolean, seen: string): Finding {
  return isAsAssumed ? holds(seen) : differs(seen);
}

/** Why a check cannot be made at this moment; caught by whoever runs it. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}
