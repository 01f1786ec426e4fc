import type { BookSide } from '../domain/execution/intent.ts';
import type { MarketResult, MarketTicker } from '../domain/market/market.ts';
import { contracts, type Contracts } from '../domain/money/contracts.ts';
import { addMoney, cost, money, negate, NO_MONEY, type Money } from '../domain/money/money.ts';
import { complement, ONE_DOLLAR, ZERO_PRICE, type Price } from '../domain/money/price.ts';
import { floorDivide } from '../domain/money/rounding.ts';

/** Net position of one market: signed, YES positive, in 1e-2 contracts, with its cost without fees. */
export type HeldPosition = { readonly quantity: number; readonly basis: Money };

const FLAT: HeldPosition = { quantity: 0, basis: NO_MONEY };
const CENT = 10_000;

/**
 * Cash and net positions at a venue where nothing ever rests. Buying one leg while the other is held closes pairs, each
 * of which returns one dollar; opening is paid in full.
 */
export class RecordedAccount {
  readonly deposits: Money;
  readonly positions = new Map<MarketTicker, HeldPosition>();
  cash: Money;
  fees: Money = NO_MONEY;

  constructor(openingCash: Money) {
    this.deposits = openingCash;
    this.cash = openingCash;
  }

  quantity(market: MarketTicker): number {
    return this.positions.get(market)?.quantity ?? 0;
  }

  /** Contracts that an order on `side` would close rather than open. */
  closable(market: MarketTicker, side: BookSide): Contracts {
    const held = this.quantity(market);
    return contracts(Math.max(0, side === 'bid' ? -held : held));
  }

  /** What a trade moves before fees: closing proceeds less opening costs. */
  cashFlow(trade: {
    readonly market: MarketTicker;
    readonly side: BookSide;
    readonly price: Price;
    readonly count: Contracts;
  }): Money {
    const closing = contracts(Math.min(trade.count, this.closable(trade.market, trade.side)));
    const buyPrice = trade.side === 'bid' ? trade.price : complement(trade.price);
    const proceeds = cost(complement(buyPrice), closing);
    return addMoney(proceeds, negate(cost(buyPrice, contracts(trade.count - closing))));
  }

  /** Books a trade whose cash flow was computed and whose fee was charged; a close takes its share of the basis, floored. */
  book(trade: {
    readonly market: MarketTicker;
    readonly side: BookSide;
    readonly price: Price;
    readonly count: Contracts;
    readonly fee: Money;
  }): void {
    const { market, side, price, count, fee } = trade;
    const flow = this.cashFlow(trade);
    const { quantity, basis } = this.positions.get(market) ?? FLAT;
    const closing = Math.min(count, this.closable(market, side));
    const held = Math.abs(quantity);
    const basisOut = closing === held ? basis : floorDivide(basis * closing, held);
    const buyPrice = side === 'bid' ? price : complement(price);
    const after = quantity + (side === 'bid' ? count : -count);
    this.cash = addMoney(this.cash, flow, negate(fee));
    this.fees = addMoney(this.fees, fee);
    if (after === 0) this.positions.delete(market);
    else
      this.positions.set(market, {
        quantity: after,
        basis: money(basis - basisOut + (count - closing) * buyPrice),
      });
  }

  /** Pays a market out; a scalar payout is floored to whole cents (Kalshi "Market Settlement"). Null when nothing is held. */
  settle(
    market: MarketTicker,
    result: MarketResult,
  ): { readonly quantity: number; readonly revenue: Money } | null {
    const held = this.positions.get(market);
    if (held === undefined) return null;
    const yesValue = yesPayout(result);
    const legValue = held.quantity > 0 ? yesValue : complement(yesValue);
    const owed = cost(legValue, contracts(Math.abs(held.quantity)));
    const revenue = money(owed - (owed % CENT));
    this.cash = addMoney(this.cash, revenue);
    this.positions.delete(market);
    return { quantity: held.quantity, revenue };
  }
}

function yesPayout(result: MarketResult): Price {
  switch (result.kind) {
    case 'yes':
      return ONE_DOLLAR;
    case 'no':
      return ZERO_PRICE;
    case 'scalar':
      return result.settlementValue;
  }
}
