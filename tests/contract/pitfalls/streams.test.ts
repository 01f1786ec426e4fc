import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NO_CHECKS } from '../../../fargate/feeder/feeder-parts.ts';
import { FeederSession } from '../../../fargate/feeder/session.ts';
import { startExchangeServer } from '../../../local/venues/exchange-server.ts';
import { FrameFaults } from '../../../local/venues/frame-faults.ts';
import { InjectedFaults } from '../../../local/venues/injected-faults.ts';
import { RequestFaults } from '../../../local/venues/request-faults.ts';
import { KalshiMarketStream } from '../../../shared/adapters/kalshi/kalshi-market-stream.ts';
import type { OrderMessage } from '../../../shared/application/apply-order-update.ts';
import { MissedMessages } from '../../../shared/application/find-missed-messages.ts';
import { standingCauses } from '../../../shared/application/trading-causes.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../support/exchange-desk.ts';
import { aFeederDesk } from '../../support/feeder-desk.ts';
import { A, B, delta, mappingOf, snapshot } from '../../support/feeder-events.ts';
import { machineTimers, StreamLog } from '../../support/stream-log.ts';
import { aMarket } from '../../support/trade-builders.ts';
import { ACCOUNTS_OF_US, rsaSigner, stillTimers } from '../../support/venue-client.ts';
import { openPitfallDesk } from './pitfall-desk.ts';

/** Both clocks are known to be the same. */
const clockOffset = () => ({ offsetMs: 0, uncertaintyMs: 20, sampleCount: 8 });
const ONCE = { count: 1, probability: 1, untilMs: null } as const;

/** The exchange behind a socket whose frames may go wrong, our stream, and the feeder's books of it. */
async function follow(): Promise<{
  readonly desk: Desk;
  readonly log: StreamLog;
  readonly frames: FrameFaults;
  readonly session: FeederSession;
}> {
  const desk = openDesk();
  desk.accept('them', { side: 'bid', price: '0.5000', count: '100.00' });
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  const clock = { nowMs: desk.nowMs };
  const faults = new InjectedFaults({ clock, rng: seededRng(1) });
  const timers = stillTimers(desk.nowMs);
  const frames = new FrameFaults({ faults, timers });
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts: ACCOUNTS_OF_US,
    timers,
    port: 0,
    faults: { requests: new RequestFaults(faults), frames },
  });
  const stream = new KalshiMarketStream({
    wsUrl: server.wsUrl,
    signer: (request) => rsaSigner({ ...request, nowMs: desk.nowMs() }),
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: 100_000,
    backoff: { leastMs: 0, baseMs: 10, mostMs: 10 },
  });
  const session = new FeederSession(1);
  session.addMarket(aMarket(), mappingOf(TICKER));
  const log = new StreamLog();
  const { handlers } = log;
  stream.open([TICKER], {
    ...handlers,
    onSubscribed: (subscription, markets) => {
      session.onSubscribed(subscription, markets);
      handlers.onSubscribed(subscription, markets);
    },
    onEvent: (event) => {
      for (const command of session.onStreamEvent(event, desk.nowMs()))
        if (command.kind === 'request_snapshots')
          stream.requestSnapshots(command.subscription, command.markets);
      handlers.onEvent(event);
    },
  });
  onTestFinished(async () => {
    await stream.close();
    await server.close();
  });
  await log.until(() => log.subscribed.length === 4, 'four subscriptions');
  await log.until(() => syncOf(session) === 'synced', 'the book');
  return { desk, log, frames, session };
}

const ordersSeen = ({ events }: StreamLog): number =>
  events.filter(({ kind }) => kind === 'order_update').length;

function syncOf(session: FeederSession): string | undefined {
  return session.freshness()[0]?.sync;
}

describe('pitfalls of the stream', () => {
  it('pitfall 11: a feed grows old on a living connection', async () => {
    const desk = aFeederDesk({ checks: { ...NO_CHECKS, clockOffset } });
    await desk.feeder.start();
    desk.stream().connect();
    const timeMs = desk.clock.nowMs();
    desk.stream().say(snapshot(1, A, { timeMs }), timeMs);
    desk.stream().say(snapshot(2, B, { timeMs }), timeMs);
    for (let second = 1; second <= 8; second += 1) {
      await desk.passTime(1_000);
      const nowMs = desk.clock.nowMs();
      // Every message is in order, and each is four seconds old.
      desk.stream().say(delta(2 + second, A, { timeMs: nowMs - 4_000 }), nowMs);
    }
    await desk.passTime(1);
    // No new risk on old books, and another connection.
    expect((await standingCauses(desk.store)).map(({ code }) => code)).toContain('stale_book');
    expect(desk.streams).toHaveLength(2);
  });

  it('pitfall 12: code 25 ends the subscription of a slow reader', async () => {
    const { desk, log, frames, session } = await follow();
    frames.inject(
      { kind: 'subscription_error', code: 25 },
      { channels: ['orderbook_delta'], connection: null },
      ONCE,
    );
    await log.until(() => log.subscribed.length === 5, 'the subscription again');
    desk.accept('them', { side: 'bid', price: '0.5100', count: '7.00' });
    await log.until(
      () => session.bookOf(TICKER)?.view.bids[0]?.price === 5_100,
      'the book as it is',
    );
    expect([log.connects, syncOf(session)]).toEqual([1, 'synced']);
    // What is ours went on meanwhile.
    desk.accept('us', { side: 'bid', price: '0.4000', count: '1.00' });
    await log.until(() => ordersSeen(log) === 1, 'our order');
  });

  it('pitfall 13: changes before the snapshot, and after a gap, are no book', async () => {
    const { desk, log, frames, session } = await follow();
    const books = { channels: ['orderbook_delta'], connection: null };
    frames.inject({ kind: 'gap' }, books, ONCE);
    desk.accept('them', { side: 'bid', price: '0.5100', count: '7.00' });
    // The next change shows the gap; no book that lacks a level is taken for whole.
    desk.accept('them', { side: 'bid', price: '0.4900', count: '5.00' });
    await log.until(
      () => session.bookOf(TICKER)?.view.bids[0]?.price === 5_100,
      'the book with what was lost',
    );
    expect(syncOf(session)).toBe('synced');
    expect(session.bookOf(TICKER)?.view.bids).toEqual([{ price: 5_100, count: 700 }]);
    const early = new FeederSession(2);
    early.addMarket(aMarket(), mappingOf(A));
    early.onSubscribed(7, [A]);
    expect(
      early.onStreamEvent(delta(1, A), desk.nowMs()).filter(({ kind }) => kind === 'publish_tick'),
    ).toEqual([]);
  });

  it('pitfall 14: a fill that the stream lost leaves no gap', async () => {
    const desk = await openPitfallDesk();
    const told: OrderMessage[] = [];
    const missed = new MissedMessages({
      clock: desk.clock,
      reader: desk.kalshi,
      store: desk.store,
      telemetry: desk.telemetry,
      tell: (message) => told.push(message),
    });
    const quote = await desk.quoting.quote({
      clientOrderId: 'a quote of ours',
      market: desk.market,
      exchangeIndex: 0,
      bookSide: 'bid',
      limitPrice: price(5_100),
      count: contracts(300),
      expiresAtMs: desk.clock.nowMs() + 600_000,
      postOnly: true,
      selfTrade: 'cancel_taker',
      orderGroupId: null,
    });
    expect(quote.kind).toBe('accepted');
    desk.venue.accept('third', { ...IOC, side: 'ask', price: '0.5100', count: '3.00' });
    await desk.pass(10_000);
    // Found by request, with its order's own name, and once.
    expect(await missed.look()).toEqual({ kind: 'looked', told: 1 });
    await desk.pass(10_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
    expect(told).toMatchObject([
      { kind: 'fill', clientOrderId: 'a quote of ours', fill: { price: 5_100, count: 300 } },
    ]);
  });
});

describe('pitfalls of where fills come from', () => {
  // No test can show what demo's liquidity is worth; what can be tested is that nobody is led to believe in it.
  it.each([
    ['docs/local-run.md', /profit or loss of such a run says nothing about trading/],
    ['README.md', /the result says nothing of trading/],
    ['docs/reference/conformance.md', /demo’s prices and fills say nothing of the real exchange’s/],
  ])('pitfall 27: demo liquidity says nothing about real fills, and %s says so', (page, words) => {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
    expect(text.replaceAll(/\s+/g, ' ').replaceAll('**', '')).toMatch(words);
  });
});
