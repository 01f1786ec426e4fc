import { aMarket, NOON } from '../support/trade-builders.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import {
  MarketMakers,
  Takers,
  type CrowdMarket,
} from '../../shared/simulator/exchange/participants.ts';
import { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { NewOrder } from '../../shared/simulator/exchange/sim-order.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import type { BenchRow } from './bench-row.ts';

const ORDERS = 20_000;
const ROUNDS = 5;
const SUNDAY_MARKETS = 26;
const HOUR = 3_600_000;
const SUNDAY_HOURS = 13;

/**
 * What the simulated exchange costs on one core: orders by the crowd's door and by the wire (body text in, body and
 * frames out), and the crowd of one football Sunday. The best of a few rounds is given.
 */
export function benchSimExchange(): BenchRow[] {
  const direct = best(() => placeOrders());
  const wired = best(() => submitOrders());
  const sunday = playSunday();
  return [
    {
      name: 'exchange: orders matched and booked',
      value: Math.round(ORDERS / direct),
      unit: 'orders/s',
      note: `${ORDERS} orders of 4 accounts in one market, half of them immediate-or-cancel, no listener`,
    },
    {
      name: 'exchange: orders through the wire',
      value: Math.round(ORDERS / wired),
      unit: 'orders/s',
      note: 'create bodies decoded, answers and frames encoded, books and own messages subscribed',
    },
    {
      name: 'exchange: the crowd of a Sunday',
      value: Math.round(sunday.seconds * 1_000),
      unit: 'ms',
      note: `${SUNDAY_MARKETS} markets, ${SUNDAY_HOURS} hours, 2 makers and takers, ${sunday.frames} frames encoded`,
    },
  ];
}

/** Random limit orders around the middle; every other one does not rest. */
function makeOrders(): readonly { readonly account: string; readonly order: NewOrder }[] {
  const rng = seededRng(20);
  return Array.from({ length: ORDERS }, (_, index) => ({
    account: `account-${rng.integer(4)}`,
    order: {
      clientOrderId: `order-${index}`,
      market: aMarket().ticker,
      side: rng.chance(0.5) ? 'bid' : 'ask',
      price: price((40 + rng.integer(21)) * 100),
      count: contracts(1 + rng.integer(2_000)),
      timeInForce: rng.chance(0.5) ? 'immediate_or_cancel' : 'good_till_canceled',
      postOnly: false,
      reduceOnly: false,
      selfTradePrevention: 'maker',
      expiresAtMs: null,
      cancelOnPause: false,
      orderGroupId: null,
    },
  }));
}

function openExchange(): SimExchange {
  const exchange = new SimExchange({ rng: seededRng(1) });
  exchange.addMarket(aMarket(), NOON);
  for (let n = 0; n < 4; n += 1) exchange.deposit(`account-${n}`, 0, money(1e13));
  return exchange;
}

function placeOrders(): number {
  const orders = makeOrders();
  const exchange = openExchange();
  return secondsOf(() => {
    for (const { account, order } of orders) exchange.place(account, order, NOON);
  });
}

function submitOrders(): number {
  const bodies = makeOrders().map(({ account, order }) => ({
    account,
    body: JSON.stringify({
      ticker: order.market,
      client_order_id: order.clientOrderId,
      side: order.side,
      count: (order.count / 100).toFixed(2),
      price: (order.price / 10_000).toFixed(4),
      time_in_force: order.timeInForce,
      self_trade_prevention_type: order.selfTradePrevention,
      exchange_index: 0,
    }),
  }));
  const exchange = openExchange();
  let bytes = 0;
  exchange.subscribe(
    (frame) => {
      bytes += frame.length;
    },
    {
      account: 'account-0',
      channels: ['orderbook_delta', 'trade', 'fill', 'user_orders'],
      markets: [aMarket().ticker],
      useYesPrice: true,
    },
    NOON,
  );
  return secondsOf(() => {
    for (const { account, body } of bodies) exchange.submit(account, body, NOON);
  });
}

/** The crowd alone; the truth of each market walks every half minute of its game. */
function playSunday(): { readonly seconds: number; readonly frames: number } {
  const rng = seededRng(7);
  const exchange = new SimExchange({ rng: rng.fork('reads') });
  const markets: CrowdMarket[] = Array.from({ length: SUNDAY_MARKETS }, (_, index) => ({
    market: aMarket({ ticker: `KXNFLGAME-${index}`, closeTimeMs: NOON + 24 * HOUR }),
    startTimeMs: NOON + (2 + 4 * (index % 3)) * HOUR,
  }));
  for (const { market } of markets) exchange.addMarket(market, NOON);
  let frames = 0;
  exchange.subscribe(
    () => void (frames += 1),
    {
      account: 'us',
      channels: ['orderbook_delta', 'trade'],
      markets: markets.map(({ market }) => market.ticker),
      useYesPrice: true,
    },
    NOON,
  );
  const truth = new Map(markets.map(({ market }) => [market.ticker, 0.3 + 0.4 * rng.uniform()]));
  const truthOf = (ticker: string): number => truth.get(ticker) ?? 0.5;
  const makers = new MarketMakers({ exchange, markets, rng: rng.fork('m'), startMs: NOON });
  const takers = new Takers({ exchange, markets, rng: rng.fork('t'), startMs: NOON });
  const endMs = NOON + SUNDAY_HOURS * HOUR;
  const seconds = secondsOf(() => {
    let makersAt: number | null = NOON;
    let takersAt: number | null = NOON;
    let walkAt = NOON;
    for (;;) {
      const nowMs = Math.min(makersAt ?? endMs, takersAt ?? endMs, walkAt);
      if (nowMs >= endMs) return;
      if (nowMs === walkAt) {
        walkAt += 30_000;
        for (const { market, startTimeMs } of markets) {
          if (nowMs < startTimeMs) continue;
          const p = truthOf(market.ticker);
          truth.set(market.ticker, Math.min(0.99, Math.max(0.01, p + 0.012 * rng.normal())));
          if (nowMs === startTimeMs + 3 * HOUR)
            exchange.determine(market.ticker, { kind: rng.chance(p) ? 'yes' : 'no' }, nowMs);
        }
      }
      if (nowMs === makersAt) makersAt = makers.step(nowMs, truthOf);
      if (nowMs === takersAt) takersAt = takers.step(nowMs, truthOf);
    }
  });
  return { seconds, frames };
}

function best(round: () => number): number {
  return Math.min(...Array.from({ length: ROUNDS }, round));
}

function secondsOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1_000;
}
