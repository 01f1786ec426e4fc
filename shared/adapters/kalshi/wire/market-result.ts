import type { MarketResult } from '../../../domain/market/market.ts';
import type { Price } from '../../../domain/money/price.ts';

/**
 * The result of a market from the exchange's word and the value of one YES. `yes` and `no` stand for themselves; any
 * other word (`scalar`, and words not known yet) means what its value says. Null while there is no result.
 */
export function marketResultFrom(word: string, settlementValue: Price | null): MarketResult | null {
  if (word === 'yes' || word === 'no') return { kind: word };
  if (word === '' || settlementValue === null) return null;
  return { kind: 'scalar', settlementValue };
}
