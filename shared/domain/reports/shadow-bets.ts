import { expectedPayoutFloor } from '../edge/expected-payout.ts';
import { estimateTakerFee } from '../market/fees.ts';
import type { FeeSchedule } from '../market/fee-schedule.ts';
import { ONE_CONTRACT } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import { cost, MICROS_PER_DOLLAR, money, type Money } from '../money/money.ts';
import { ONE_DOLLAR, price, type Price } from '../money/price.ts';
import type { Probability } from '../money/probability.ts';
import { ceilDivide } from '../money/rounding.ts';

/** When one contract is bought: the promise must be more than `minPerContract`, after the fee or before it. */
export type EntryRule = {
  readonly promise: 'after_fee' | 'before_fee';
  readonly minPerContract: Money;
};

/** One contract that would have been bought. */
export type ShadowBet = {
  readonly outcome: number;
  readonly price: Price;
  readonly fee: Money;
  /** Expected by the fair probability that led to it, after the fee; rounded down. */
  readonly promised: Money;
};

const CENTS = 100;
const CENT = ONE_DOLLAR / CENTS;
/** Decimal odds have at most six digits after the point. */
const ODDS_SCALE = 1_000_000;

/**
 * The price of a contract of one dollar that pays like decimal odds, 1/odds rounded up to the cent: against the buyer.
 * Null where that is a dollar or more, or the odds are none.
 */
export function contractPrice(decimalOdds: number): Price | null {
  if (!(decimalOdds > 1 && decimalOdds < ODDS_SCALE)) return null;
  const cents = ceilDivide(CENTS * ODDS_SCALE, Math.round(decimalOdds * ODDS_SCALE));
  return cents < CENTS ? price(cents * CENT) : null;
}

/**
 * What a taker with these fair probabilities buys of a match: one contract of every outcome whose expected payout
 * (rounded down) less the ask, and less the taker's fee of one contract where the rule says so, is more than the rule
 * asks for. More than, as `findEdge` has it; an outcome without an ask is not bought.
 */
export function shadowBets({
  fair,
  asks,
  fees,
  rule,
}: {
  readonly fair: readonly Probability[];
  readonly asks: readonly (Price | null)[];
  readonly fees: FeeSchedule;
  readonly rule: EntryRule;
}): readonly ShadowBet[] {
  return asks.flatMap((ask, outcome) => {
    const value = fair[outcome];
    if (ask === null || value === undefined) return [];
    const fee = estimateTakerFee({ price: ask, count: ONE_CONTRACT, schedule: fees });
    const beforeFee = money(expectedPayoutFloor(value, 'yes') - cost(ask, ONE_CONTRACT));
    const promised = money(beforeFee - fee);
    const judged = rule.promise === 'after_fee' ? promised : beforeFee;
    return judged > rule.minPerContract ? [{ outcome, price: ask, fee, promised }] : [];
  });
}

/** Closing-line value of a bet: what the close says it pays, rounded down, less the price; before the fee. */
export function closingValue(bet: ShadowBet, closing: readonly Probability[]): Money {
  const value = closing[bet.outcome];
  invariant(value !== undefined, 'the close speaks of every outcome that was bought');
  return money(expectedPayoutFloor(value, 'yes') - cost(bet.price, ONE_CONTRACT));
}

/** What a bet made at settlement: a dollar or nothing, less price and fee. */
export function settledProfit(bet: ShadowBet, happened: number): Money {
  const payout = bet.outcome === happened ? MICROS_PER_DOLLAR : 0;
  return money(payout - cost(bet.price, ONE_CONTRACT) - bet.fee);
}
