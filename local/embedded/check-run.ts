import type { TradingConfig } from '../../shared/application/trading-config.ts';
import { lifecycleEvent } from '../../shared/application/history-events.ts';
import { lifecycleCodec, orderMessageCodec } from '../../shared/contracts/messages.ts';
import type { OrderMessage } from '../../shared/contracts/messages/order-schemas.ts';
import type { RunRecord } from '../../shared/contracts/run-record.ts';
import { bookSideOf } from '../../shared/domain/execution/intent.ts';
import type { Market } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { Books } from '../invariants/books.ts';
import { checkDecisions } from '../invariants/check-decisions.ts';
import { InvariantChecker } from '../invariants/invariant-checker.ts';
import type { SimulatedVenues } from '../venues/simulated-venues.ts';
import type { EmbeddedAccount } from './embedded-account.ts';
import { loadBooks } from './load-books.ts';
import { queueTotals, settleDown } from './queue-totals.ts';

/**
 * Holds what an ended run left in its stores against the simulated exchange's own truth: positions, cash, fills, orders,
 * the chain of decisions, the ledger; and delivers every fill and settlement once more over the queues, after which
 * nothing may have changed. What was never written down, such as each published book, cannot be checked here.
 */
export async function checkRun(run: {
  readonly account: EmbeddedAccount;
  readonly venues: SimulatedVenues;
  readonly timers: Timers;
  readonly signal: AbortSignal;
  readonly config: TradingConfig;
  readonly where: string;
}): Promise<RunRecord['invariants']> {
  const { account, venues, config } = run;
  const markets = new Map<string, Market>(
    venues.markets.map(({ market }) => [market.ticker, market]),
  );
  const read = async (): Promise<Books> =>
    loadBooks({
      ...account.sources,
      journal: await account.sources.journal.entries(),
      config,
    });
  const books = { ...(await read()) };
  const checker = new InvariantChecker({
    books,
    truth: venues.truth,
    marketOf: (ticker) => markets.get(ticker),
    venueBooks: null,
    where: () => run.where,
  });
  checker.onJournal(await account.sources.journal.entries());
  checkDecisions(checker.tally, await account.sources.decisions.all(), config);
  const { dead, lost, waiting } = queueTotals(account.cloud);
  await checker.atEnd({
    messages: { lost, dead, waiting },
    redeliver: async () => {
      await redeliver(account, books, venues, run.timers);
      await settleDown(account.cloud, run.timers, run.signal);
      Object.assign(books, await read());
    },
  });
  return checker.tally.records();
}

async function redeliver(
  { cloud }: EmbeddedAccount,
  { store }: Books,
  { markets }: SimulatedVenues,
  timers: Timers,
): Promise<void> {
  const updates: OrderMessage[] = store
    .peekAll('fills')
    .map(({ fill, clientOrderId }) => ({ kind: 'fill', fill, clientOrderId }));
  for (const order of store.peekAll('orders')) {
    if (order.exchangeOrderId === null) continue;
    updates.push({
      kind: 'order_update',
      update: {
        exchangeOrderId: order.exchangeOrderId,
        clientOrderId: order.intent.clientOrderId,
        market: order.intent.market,
        bookSide: bookSideOf(order.intent),
        limitPrice: order.intent.limitPrice,
        status: 'resting',
        initialCount: order.intent.count,
        filled: order.exchangeFilled,
        exchangeTimeMs: timers.nowMs(),
      },
    });
  }
  cloud.queue('order-updates')?.send(updates.map((update) => orderMessageCodec.encode(update)));
  const settled = markets.map(({ market }) =>
    lifecycleEvent(
      {
        kind: 'lifecycle',
        sequence: null,
        market: market.ticker,
        event: 'settled',
        result: null,
        closeTimeMs: null,
        exchangeTimeMs: null,
      },
      timers.nowMs(),
    ),
  );
  cloud.queue('settlements')?.send(settled.map((event) => lifecycleCodec.encode(event)));
}
