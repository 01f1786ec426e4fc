import { addContracts, contracts } from '../../domain/money/contracts.ts';
import type { EpochMs } from '../../domain/market/market.ts';
import type { Accounts } from './accounts.ts';
import { deterministicId } from './deterministic-id.ts';
import type { FloorVoice } from './floor-voice.ts';
import type { Listing } from './listing.ts';
import type { Match } from './matching-engine.ts';
import { PublicTrades } from './public-trades.ts';
import { otherSide, type SimFill, type SimOrder } from './sim-order.ts';

/** Books what the engine matched: the public trade, and cash, fees and position of both sides. */
export class TradeBook {
  readonly trades = new PublicTrades();
  readonly #accounts: Accounts;
  readonly #voice: FloorVoice;
  #tradeCount = 0;
  #fillCount = 0;

  constructor(accounts: Accounts, voice: FloorVoice) {
    this.#accounts = accounts;
    this.#voice = voice;
  }

  /** One match: the level shrinks, the trade is public, both sides are booked. Returns the taker's fill. */
  book(taker: SimOrder, match: Match, listing: Listing, nowMs: EpochMs): SimFill {
    const { maker, price, count } = match;
    const market = listing.market.ticker;
    this.#tradeCount += 1;
    const tradeId = deterministicId('trade', this.#tradeCount);
    listing.lastPrice = price;
    listing.lastCount = count;
    listing.volume = addContracts(listing.volume, count);
    if (maker.remaining === 0) maker.status = 'executed';
    maker.reason = 'Trade';
    maker.updatedAtMs = nowMs;
    const side = otherSide(taker.side);
    this.#voice.tellLevel(listing, { side, price, change: -count, cause: taker, atMs: nowMs });
    const takerSide = taker.side;
    const trade = { kind: 'trade', tradeId, market, price, count, takerSide, atMs: nowMs } as const;
    this.trades.add(trade);
    this.#voice.tell(trade);
    const takerFill = this.#bookSide(taker, 'taker', { tradeId, match, listing, nowMs });
    const makerFill = this.#bookSide(maker, 'maker', { tradeId, match, listing, nowMs });
    const opened = newlyHeld(takerFill) + newlyHeld(makerFill);
    listing.openInterest = contracts(listing.openInterest + opened);
    listing.tape.trade(price, count, listing.openInterest, nowMs);
    this.#voice.tellOrder(maker);
    const { account, exchangeIndex } = maker;
    this.#voice.tellAccount({ account, market, exchangeIndex, atMs: nowMs });
    return takerFill;
  }

  #bookSide(
    order: SimOrder,
    role: SimFill['role'],
    trade: {
      readonly tradeId: string;
      readonly match: Match;
      readonly listing: Listing;
      readonly nowMs: EpochMs;
    },
  ): SimFill {
    const { price, count } = trade.match;
    const { market } = trade.listing;
    const atMs = trade.nowMs;
    const booked = this.#accounts.bookFill({ order, role, price, count, market, atMs });
    this.#fillCount += 1;
    const fill: SimFill = {
      tradeId: trade.tradeId,
      sequence: this.#fillCount,
      orderId: order.orderId,
      clientOrderId: order.clientOrderId,
      account: order.account,
      market: market.ticker,
      exchangeIndex: market.exchangeIndex,
      side: order.side,
      price,
      count,
      role,
      fee: booked.fee,
      postPosition: booked.postPosition,
      atMs,
    };
    this.#voice.tellFill(fill);
    return fill;
  }
}

/** By how many YES contracts more an account holds after a fill than before it, none counting as none. */
function newlyHeld({ side, count, postPosition }: SimFill): number {
  const before = side === 'bid' ? postPosition - count : postPosition + count;
  return Math.max(0, postPosition) - Math.max(0, before);
}
