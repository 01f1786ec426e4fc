import { randomUUID } from 'node:crypto';
import type { ExchangeError } from '../../../shared/adapters/kalshi/wire/exchange-error.ts';
import { EXCHANGE_ERRORS } from '../../../shared/simulator/exchange/exchange-errors.ts';
import { UNCONFIRMED } from '../../../shared/simulator/exchange/unconfirmed-codes.ts';
import { differs, unseen, whether, type Check } from '../check.ts';
import { isFields, listIn, refusalText, textIn } from '../probed-exchange.ts';
import type { ProbedExchange } from '../probed-exchange.ts';
import type { ProbedMarket } from '../probed-markets.ts';
import { assumedText, orderWhen, refusedAs } from './looks.ts';

const ORDERS = '/portfolio/events/orders';
/** Without what only a resting order may have. */
const AT_ONCE = {
  time_in_force: 'immediate_or_cancel',
  expiration_time: undefined,
  post_only: undefined,
};

/** An order that should be refused, and is taken away if it was not. */
function refusedOrder(
  name: string,
  question: string,
  assumed: ExchangeError,
  order: {
    readonly in?: (exchange: ProbedExchange) => Promise<ProbedMarket>;
    readonly fields: Readonly<Record<string, unknown>>;
  },
): Check {
  return {
    name,
    question,
    assumed: assumedText(assumed),
    need: 'orders',
    probe: async (exchange) => {
      const market = await (order.in ?? (({ markets }) => markets.quiet()))(exchange);
      const { answer } = await exchange.orders.send(market, { fields: order.fields });
      return refusedAs(answer, assumed);
    },
  };
}

const clientOrderIdLength: Check = {
  name: 'client-order-id-length',
  question: 'How long may a client order id be?',
  assumed: 'at least 64 characters, the limit of FIX; ours have 36',
  need: 'orders',
  probe: async ({ markets, orders }) => {
    const market = await markets.quiet();
    const taken: number[] = [];
    for (const length of [36, 64, 65, 128]) {
      const { answer } = await orders.send(market, { clientOrderId: idOf(length) });
      if (answer.status === 201) taken.push(length);
      await orders.cancelAll();
    }
    return whether(
      taken.includes(36) && taken.includes(64),
      `taken: ${taken.join(', ')} characters`,
    );
  },
};

const clientOrderIdCharacters: Check = {
  name: 'client-order-id-characters',
  question: 'Which characters may a client order id have?',
  assumed: 'letters, digits and -_:+=/, as FIX has it; ours have hexadecimal digits and hyphens',
  need: 'orders',
  probe: async ({ markets, orders }) => {
    const { answer } = await orders.send(await markets.quiet(), {
      clientOrderId: `A-z_0:+=/${randomUUID()}`,
    });
    return whether(answer.status === 201, refusalText(answer));
  },
};

const fillOrKill: Check = {
  name: 'fill-or-kill',
  question: 'What is the answer to a fill-or-kill that cannot be filled?',
  assumed: '201 with zero filled',
  need: 'orders',
  probe: async ({ markets, orders }) => {
    const { answer } = await orders.send(await markets.quiet(), {
      fields: { ...AT_ONCE, time_in_force: 'fill_or_kill' },
    });
    const isUnfilled = answer.status === 201 && Number(textIn(answer.json, 'fill_count')) === 0;
    return whether(isUnfilled, isUnfilled ? '201 with zero filled' : refusalText(answer));
  },
};

const postOnlyCross: Check = {
  name: 'post-only-cross',
  question: 'What is the answer to a post-only order that would trade?',
  assumed: assumedText(EXCHANGE_ERRORS.postOnlyCross),
  need: 'orders',
  probe: async ({ markets, orders }) => {
    // The only bid that it could meet is our own, at one cent.
    const market = await markets.withoutBids();
    await orders.rest(market);
    const { answer } = await orders.send(market, { side: 'ask' });
    return refusedAs(answer, EXCHANGE_ERRORS.postOnlyCross);
  },
};

const selfTradeMaker: Check = {
  name: 'self-trade-maker',
  question: 'What does self-trade prevention `maker` look like?',
  assumed: '201 for the taker, nothing filled, and the order that rested is cancelled',
  need: 'orders',
  probe: async (exchange) => {
    const { markets, orders } = exchange;
    const market = await markets.withoutBids();
    const { orderId } = await orders.rest(market);
    const { answer } = await orders.send(market, {
      side: 'ask',
      fields: { ...AT_ONCE, self_trade_prevention_type: 'maker' },
    });
    const status = await orderWhen(exchange, orderId, isOver);
    const filled = textIn(answer.json, 'fill_count');
    return whether(
      answer.status === 201 && Number(filled) === 0 && status === 'canceled',
      answer.status === 201
        ? `201, filled ${filled ?? 'not said'}; the resting order is ${status}`
        : refusalText(answer),
    );
  },
};

const reduceToZero: Check = {
  name: 'reduce-to-zero',
  question: 'Does a decrease to 0 cancel the order?',
  assumed: '200, and the order is canceled',
  need: 'orders',
  probe: async (exchange) => {
    const { ask, markets, orders } = exchange;
    const market = await markets.quiet();
    const { orderId } = await orders.rest(market);
    const answer = await ask({
      method: 'POST',
      path: `${ORDERS}/${orderId}/decrease`,
      body: { reduce_to: '0', exchange_index: market.exchangeIndex, market_ticker: market.ticker },
    });
    if (answer.status !== 200) return differs(refusalText(answer));
    const status = await orderWhen(exchange, orderId, isOver);
    return whether(status === 'canceled', `200; the order is ${status}`);
  },
};

const badDecrease: Check = {
  name: 'decrease-upwards',
  question: 'How is a decrease to more than what remains refused?',
  assumed: assumedText(UNCONFIRMED.badDecrease),
  need: 'orders',
  probe: async ({ ask, markets, orders }) => {
    const market = await markets.quiet();
    const { orderId } = await orders.rest(market);
    const answer = await ask({
      method: 'POST',
      path: `${ORDERS}/${orderId}/decrease`,
      body: {
        reduce_to: '2.00',
        exchange_index: market.exchangeIndex,
        market_ticker: market.ticker,
      },
    });
    return refusedAs(answer, UNCONFIRMED.badDecrease);
  },
};

const amendOtherSide: Check = {
  name: 'amend-other-side',
  question: 'How is an amendment refused whose side is not that of the order?',
  assumed: assumedText(UNCONFIRMED.amendOtherOrder),
  need: 'orders',
  probe: async ({ ask, markets, orders }) => {
    const market = await markets.quiet();
    const { orderId } = await orders.rest(market);
    const answer = await ask({
      method: 'POST',
      path: `${ORDERS}/${orderId}/amend`,
      // An offer at 99 cents: were it taken, it would trade with nobody who is not mad.
      body: {
        ticker: market.ticker,
        side: 'ask',
        price: '0.9900',
        count: '1.00',
        exchange_index: market.exchangeIndex,
      },
    });
    return refusedAs(answer, UNCONFIRMED.amendOtherOrder);
  },
};

const batchOrder: Check = {
  name: 'batch-order',
  question: 'Do the items of a batch come back in the order of the request?',
  assumed: 'yes; we match by id all the same',
  need: 'orders',
  probe: async ({ markets, orders }) => {
    const market = await markets.quiet();
    const ids: readonly string[] = [randomUUID(), randomUUID(), randomUUID()];
    const answer = await orders.sendBatch(
      market,
      ids.map((clientOrderId) => ({ clientOrderId })),
    );
    if (answer.status >= 300) return differs(refusalText(answer));
    const answered = listIn(answer.json, 'orders').map(
      (item) => textIn(item, 'client_order_id') ?? 'not named',
    );
    const isSame = answered.join() === ids.join();
    return whether(
      isSame,
      isSame ? 'the same order' : `items ${answered.map((id) => ids.indexOf(id) + 1).join(', ')}`,
    );
  },
};

const feeReservation: Check = {
  name: 'fee-reservation',
  question: 'Is the fee reserved for an order that rests?',
  assumed: 'its price, and the fee of a maker, which most series do not charge',
  need: 'orders',
  probe: async (exchange) => {
    const { markets, orders, timers } = exchange;
    const market = await markets.quiet();
    // What the checks before gave back is read a moment later.
    await timers.sleep(2 * LOOK_EVERY_MS);
    const before = await availableOn(exchange, market.exchangeIndex);
    await orders.rest(market);
    let held = 0;
    for (let look = 0; look < 10 && held === 0; look += 1) {
      await timers.sleep(LOOK_EVERY_MS);
      held = before - (await availableOn(exchange, market.exchangeIndex));
    }
    if (held === 0) return unseen('the balance did not change within the time of the look');
    // 0.07 × 0.01 × 0.99 dollars for a taker; a maker pays at most half of it, up to 1e-4.
    const seen = `${(held / 1_000_000).toFixed(6)} dollars are held for one contract at 0.01`;
    return whether(held === 10_000, seen);
  },
};

const LOOK_EVERY_MS = 300;

async function availableOn({ ask }: ProbedExchange, shard: number): Promise<number> {
  const { json } = await ask({ method: 'GET', path: '/portfolio/balance' });
  const row = listIn(json, 'balance_breakdown').find(
    (one) => isFields(one) && Number(one['exchange_index']) === shard,
  );
  const text = textIn(row, 'balance') ?? textIn(json, 'balance_dollars') ?? '0';
  return Math.round(Number(text) * 1_000_000);
}

const removedCalls: Check = {
  name: 'removed-order-calls',
  question: 'What do the order calls of the first version answer?',
  assumed: assumedText(UNCONFIRMED.removedEndpoint),
  need: 'refused_writes',
  // Without a ticker nothing can be placed, whichever version reads it.
  probe: async ({ ask }) =>
    refusedAs(
      await ask({ method: 'POST', path: '/portfolio/orders', body: {} }),
      UNCONFIRMED.removedEndpoint,
    ),
};

const batchCap: Check = {
  name: 'batch-cap',
  question: 'Is a batch of more creates than the write bucket pays for refused whole?',
  assumed: '429, at capacity / 10 creates and one more',
  need: 'refused_writes',
  probe: async ({ ask }) => {
    const { json } = await ask({ method: 'GET', path: '/account/limits' });
    const write = json['write'];
    const capacity = isFields(write) ? Number(write['bucket_capacity']) : Number.NaN;
    if (!Number.isFinite(capacity) || capacity > MOST_CAPACITY)
      return unseen(`the write bucket holds ${capacity}: the batch would be too large to send`);
    // Items without a ticker: nothing can be placed. What comes back is the answer, not waited for again.
    const items = Array.from({ length: Math.floor(capacity / 10) + 1 }, () => ({}));
    const answer = await ask({
      method: 'POST',
      path: `${ORDERS}/batched`,
      body: { orders: items },
      isOnce: true,
    });
    return whether(answer.status === 429, `${items.length} items: ${refusalText(answer)}`);
  },
};

const MOST_CAPACITY = 30_000;

/** An id of this length that was never used. */
function idOf(length: number): string {
  return randomUUID().padEnd(length, randomUUID().repeat(4)).slice(0, length);
}

export const orderChecks: readonly Check[] = [
  clientOrderIdLength,
  clientOrderIdCharacters,
  fillOrKill,
  postOnlyCross,
  selfTradeMaker,
  reduceToZero,
  badDecrease,
  amendOtherSide,
  batchOrder,
  batchCap,
  feeReservation,
  removedCalls,
  refusedOrder(
    'reduce-only-without-ioc',
    'How is reduce_only refused on an order that may rest?',
    UNCONFIRMED.reduceOnlyNeedsIoc,
    { fields: { reduce_only: true } },
  ),
  refusedOrder(
    'reduce-only-fill-or-kill',
    'Is reduce_only refused on a fill-or-kill too?',
    UNCONFIRMED.reduceOnlyNeedsIoc,
    { fields: { ...AT_ONCE, time_in_force: 'fill_or_kill', reduce_only: true } },
  ),
  refusedOrder(
    'expiration-with-ioc',
    'How is an expiration refused on an order that cannot rest?',
    UNCONFIRMED.badExpiration,
    { fields: { time_in_force: 'immediate_or_cancel', post_only: undefined } },
  ),
  refusedOrder(
    'market-inactive',
    'How is an order refused in a market that has closed?',
    UNCONFIRMED.marketInactive,
    { in: ({ markets }) => markets.closed(), fields: {} },
  ),
  refusedOrder(
    'unfunded-shard',
    'How is an order refused on a shard without cash of ours?',
    UNCONFIRMED.insufficientShardBalance,
    { in: ({ markets }) => markets.unfunded(), fields: {} },
  ),
  refusedOrder(
    'other-subaccount',
    'How is an order refused of a subaccount that was never made?',
    UNCONFIRMED.subaccountNotFound,
    { fields: { subaccount: 63 } },
  ),
];

function isOver(status: string): boolean {
  return status === 'canceled' || status === 'executed';
}
