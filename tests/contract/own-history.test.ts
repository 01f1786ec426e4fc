import { describe, expect, it } from 'vitest';
import { KalshiExchange } from '../../shared/adapters/kalshi/kalshi-exchange.ts';
import type { HttpReply } from '../../shared/adapters/kalshi/http-transport.ts';
import { DirectTransport } from '../support/direct-transport.ts';
import { IOC, openDesk, TICKER } from '../support/exchange-desk.ts';
import { valueOf } from '../support/port-reads.ts';
import { NOON } from '../support/trade-builders.ts';

const DAY_MS = 86_400_000;

/**
 * Our orders before and after the cutoff, ten days ago: one that filled, one that was cancelled and one that still rests
 * from before it, and one that filled since.
 */
function open() {
  const venue = openDesk({ market: { closeTimeMs: NOON + 300 * DAY_MS } });
  const { exchange } = venue;
  const startMs = venue.nowMs();
  const rested = venue.accept('us', { price: '0.3000' }).order_id;
  const take = (): string => {
    venue.accept('them', { side: 'ask', price: '0.5200', count: '2.00' });
    return venue.accept('us', { ...IOC, count: '2.00' }).order_id;
  };
  const filled = take();
  venue.wait(DAY_MS);
  const cancelled = venue.accept('us', { ...IOC, price: '0.3100' }).order_id;
  venue.wait(70 * DAY_MS);
  const cutoffMs = venue.nowMs();
  venue.wait(1_000);
  const recent = take();
  venue.wait(10 * DAY_MS);
  /** Everything before a time has left the live lists from now on. */
  const cutAt = (atMs: number): void => {
    const cutoff = {
      marketsSettledMs: atMs,
      tradesCreatedMs: atMs,
      ordersUpdatedMs: atMs,
      positionsUpdatedMs: atMs,
    };
    exchange.control({ kind: 'cutoff', cutoff }, venue.nowMs());
  };
  cutAt(cutoffMs);
  const transport = new DirectTransport(exchange, 'us', venue.nowMs);
  const kalshi = new KalshiExchange(transport, undefined, undefined, venue.nowMs);
  const paths = (): readonly string[] => transport.requests.map(({ path }) => path);
  return {
    venue,
    transport,
    kalshi,
    paths,
    startMs,
    cutoffMs,
    cutAt,
    ids: { rested, filled, cancelled, recent },
  };
}

const same = (reply: HttpReply): HttpReply => reply;
const failed = (): HttpReply => ({ kind: 'failed', cause: 'timeout' });

describe('our own history', () => {
  it('is whole on both sides of the cutoff, newest first, each order and fill once', async () => {
    const { kalshi, startMs, ids, paths } = open();
    const orders = await valueOf(kalshi.orders({ market: TICKER, sinceMs: startMs }));
    expect(orders.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([
      ids.recent,
      ids.cancelled,
      ids.filled,
      ids.rested,
    ]);
    const fills = await valueOf(kalshi.fills({ market: TICKER, sinceMs: startMs }));
    expect(fills.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([ids.recent, ids.filled]);
    expect(paths()).toEqual([
      '/portfolio/orders',
      '/historical/cutoff',
      '/historical/orders',
      '/portfolio/fills',
      '/historical/fills',
    ]);
  });

  it('starts in both lists where it is asked to', async () => {
    const { kalshi, startMs, ids } = open();
    const orders = await valueOf(kalshi.orders({ sinceMs: startMs + DAY_MS }));
    expect(orders.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([
      ids.recent,
      ids.cancelled,
    ]);
  });

  it('is of one shard in both lists, where one is asked for', async () => {
    const { kalshi, startMs } = open();
    expect(await valueOf(kalshi.orders({ exchangeIndex: 0, sinceMs: startMs }))).toHaveLength(4);
    expect(await valueOf(kalshi.orders({ exchangeIndex: 1, sinceMs: startMs }))).toEqual([]);
  });

  it('is asked of the live lists alone where they reach: one request, and the cutoff once', async () => {
    const { kalshi, cutoffMs, venue, paths } = open();
    await valueOf(kalshi.orders({ sinceMs: venue.nowMs() - DAY_MS }));
    await valueOf(kalshi.fills({ sinceMs: cutoffMs + 2 * DAY_MS }));
    await valueOf(kalshi.orders({ sinceMs: cutoffMs + 2 * DAY_MS }));
    expect(paths()).toEqual([
      '/portfolio/orders',
      '/portfolio/fills',
      '/historical/cutoff',
      '/portfolio/orders',
    ]);
  });

  it('shows what leaves the live list while it is read', async () => {
    const { kalshi, transport, startMs, ids, venue, cutAt } = open();
    transport.replaceReplies((reply) => {
      cutAt(venue.nowMs());
      return reply;
    });
    const fills = await valueOf(kalshi.fills({ sinceMs: startMs }));
    expect(fills.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([ids.recent, ids.filled]);
  });

  it('is not half of itself: without the cutoff or the historical list nothing old is told', async () => {
    const { kalshi, transport, startMs, venue } = open();
    transport.replaceReplies(same, failed, failed, failed);
    expect(await kalshi.orders({ sinceMs: startMs })).toMatchObject({ kind: 'unavailable' });
    transport.replaceReplies(same, same, failed, failed, failed);
    expect(await kalshi.fills({ sinceMs: startMs })).toMatchObject({ kind: 'unavailable' });
    const young = new KalshiExchange(transport, undefined, undefined, venue.nowMs);
    transport.replaceReplies(same, failed, failed, failed);
    expect(await valueOf(young.orders({ sinceMs: venue.nowMs() - 60 * DAY_MS }))).toHaveLength(1);
  });

  it('holds no position that was paid, though only the historical list still tells of it', async () => {
    const { kalshi, transport, venue, startMs, cutAt } = open();
    expect(await valueOf(kalshi.positions())).toMatchObject([{ market: TICKER, quantity: 400 }]);
    venue.exchange.determine(TICKER, { kind: 'yes' }, venue.nowMs());
    venue.wait(DAY_MS);
    cutAt(venue.nowMs());
    const past = await transport.request({
      method: 'GET',
      path: '/historical/positions',
      query: {},
      body: null,
    });
    expect(past).toMatchObject({ status: 200, body: expect.stringContaining(TICKER) });
    expect(await valueOf(kalshi.positions())).toEqual([]);
    expect(await valueOf(kalshi.settlements({ sinceMs: startMs }))).toMatchObject([
      { market: TICKER, yesCount: 400 },
    ]);
  });
});
