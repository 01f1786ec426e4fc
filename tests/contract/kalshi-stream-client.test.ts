import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import type { KalshiStreamOptions } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { OrderBook } from '../../shared/domain/market/order-book.ts';
import { compressedFrameServer, frameServer, type ServedFrames } from '../support/frame-server.ts';
import { machineTimers, StreamLog } from '../support/stream-log.ts';
import { rsaSigner } from '../support/venue-client.ts';

/** The client of the stream against an exchange that does what each test says. */

type Command = {
  readonly id: number;
  readonly cmd: string;
  readonly params: {
    readonly channels?: readonly string[];
    readonly market_tickers?: readonly string[];
    readonly sids?: readonly number[];
    readonly action?: string;
  };
};

function open(
  served: ServedFrames,
  markets: readonly string[],
  options: Partial<KalshiStreamOptions> = {},
): { readonly stream: KalshiMarketStream; readonly log: StreamLog } {
  const log = new StreamLog();
  const stream = new KalshiMarketStream({
    wsUrl: served.url,
    signer: rsaSigner,
    timers: machineTimers(),
    random: () => 0.5,
    maxFrameBytes: 100_000,
    backoff: { leastMs: 0, baseMs: 4, mostMs: 4 },
    channels: ['orderbook_delta'],
    ...options,
  });
  onTestFinished(() => stream.close());
  stream.open(markets, log.handlers);
  return { stream, log };
}

/** Acknowledges everything: the sid of a subscription is ten more than the id of the command that opened it. */
class Acknowledging {
  readonly commands: Command[] = [];
  readonly #seqs = new Map<number, number>();
  readonly #silentAbout: (command: Command) => boolean;

  constructor(silentAbout: (command: Command) => boolean = () => false) {
    this.#silentAbout = silentAbout;
  }

  readonly serve = (client: WebSocket): void => {
    client.on('message', (data: Buffer) => {
      const command = JSON.parse(data.toString('utf8')) as Command;
      this.commands.push(command);
      if (!this.#silentAbout(command)) this.#answer(client, command);
    });
  };

  next(sid: number): number {
    const seq = (this.#seqs.get(sid) ?? 0) + 1;
    this.#seqs.set(sid, seq);
    return seq;
  }

  snapshot(sid: number, market: string, more: object = {}): string {
    const msg = { market_ticker: market, yes_dollars_fp: [['0.4700', '3.00']] };
    return JSON.stringify({ ...more, type: 'orderbook_snapshot', sid, seq: this.next(sid), msg });
  }

  delta(sid: number, market: string, change = '1.00'): string {
    const msg = {
      market_ticker: market,
      market_id: 'a1',
      price_dollars: '0.4600',
      delta_fp: change,
      side: 'yes',
      ts: '2026-11-21T12:00:01.123456Z',
      ts_ms: Date.now(),
    };
    return JSON.stringify({ type: 'orderbook_delta', sid, seq: this.next(sid), msg });
  }

  #answer(client: WebSocket, { id, cmd, params }: Command): void {
    const [sid = 0] = params.sids ?? [];
    if (cmd === 'subscribe') {
      const channel = params.channels?.[0];
      const msg = { channel, sid: id + 10 };
      client.send(JSON.stringify({ id, type: 'subscribed', msg }));
      for (const market of channel === 'orderbook_delta' ? (params.market_tickers ?? []) : [])
        client.send(this.snapshot(id + 10, market));
    } else if (cmd === 'unsubscribe')
      client.send(JSON.stringify({ id, sid, seq: this.next(sid), type: 'unsubscribed' }));
    else if (params.action === 'get_snapshot')
      for (const market of params.market_tickers ?? [])
        client.send(this.snapshot(sid, market, { id }));
    else {
      client.send(JSON.stringify({ id, sid, seq: this.next(sid), type: 'ok', msg: {} }));
      if (params.action === 'add_markets')
        for (const market of params.market_tickers ?? []) client.send(this.snapshot(sid, market));
    }
  }
}

const seqsOf = (log: StreamLog, sid: number): readonly number[] =>
  log.events.flatMap((event) =>
    'sequence' in event && event.sequence?.subscription === sid ? [event.sequence.sequence] : [],
  );

describe('markets on a living connection', () => {
  it('are spread over subscriptions of bounded size', async () => {
    const exchange = new Acknowledging();
    const { log } = open(await frameServer(exchange.serve), ['A', 'B', 'C', 'D', 'E'], {
      marketsPerSubscription: 2,
      channels: ['orderbook_delta', 'trade', 'user_orders'],
    });
    await log.until(() => log.subscribed.length === 7, 'seven subscriptions');
    expect(
      exchange.commands.map(({ params }) => [params.channels?.[0], params.market_tickers]),
    ).toEqual([
      ['orderbook_delta', ['A', 'B']],
      ['orderbook_delta', ['C', 'D']],
      ['orderbook_delta', ['E']],
      ['trade', ['A', 'B']],
      ['trade', ['C', 'D']],
      ['trade', ['E']],
      ['user_orders', undefined],
    ]);
    expect(log.subscribed.map(({ markets }) => markets)).toEqual([
      ['A', 'B'],
      ['C', 'D'],
      ['E'],
      [],
      [],
      [],
      [],
    ]);
  });

  it('come and go by commands, and the numbers go on without a hole', async () => {
    const exchange = new Acknowledging();
    const { stream, log } = open(await frameServer(exchange.serve), ['A', 'B', 'C'], {
      marketsPerSubscription: 2,
    });
    await log.until(() => log.events.length === 5, 'two subscriptions and three books');
    stream.setMarkets(['B', 'D', 'E', 'F']);
    await log.until(() => log.subscribed.length === 3 && log.changed.length === 3, 'the changes');
    expect(
      exchange.commands.slice(2).map(({ cmd, params }) => ({
        cmd,
        sids: params.sids,
        action: params.action,
        markets: params.market_tickers,
      })),
    ).toEqual([
      { cmd: 'update_subscription', sids: [11], action: 'add_markets', markets: ['D'] },
      { cmd: 'update_subscription', sids: [11], action: 'delete_markets', markets: ['A'] },
      { cmd: 'unsubscribe', sids: [12], action: undefined, markets: undefined },
      { cmd: 'subscribe', sids: undefined, action: undefined, markets: ['E', 'F'] },
    ]);
    expect(log.changed).toEqual([
      { subscription: 11, markets: ['B', 'D'] },
      { subscription: 11, markets: ['B', 'D'] },
      { subscription: 12, markets: [] },
    ]);
    expect(log.subscribed[2]).toEqual({ subscription: 16, markets: ['E', 'F'] });
    await log.until(() => seqsOf(log, 16).length === 2, 'the books of the new ones');
    // Two books, the answers to two changes, and the book of D.
    expect(seqsOf(log, 11)).toEqual([1, 2, 3, 4, 5]);
    expect(log.connects).toBe(1);
  });

  it('that were set before the connection was up are what it follows, and again after it broke', async () => {
    const exchange = new Acknowledging();
    const served = await frameServer(exchange.serve);
    const { stream, log } = open(served, ['A']);
    stream.setMarkets(['B']);
    await log.until(() => log.subscribed.length === 1, 'a subscription');
    served.drop();
    stream.setMarkets(['B', 'C']);
    await log.until(() => log.connects === 2 && log.subscribed.length >= 2, 'another connection');
    await log.until(() => log.subscribed.at(-1)?.markets.length === 2, 'both markets');
    expect(exchange.commands[0]?.params.market_tickers).toEqual(['B']);
    expect(exchange.commands.at(-1)?.params.market_tickers).toEqual(['B', 'C']);
  });

  it('may be set again before the exchange has answered, and each change is asked for once', async () => {
    const exchange = new Acknowledging();
    const { stream, log } = open(await frameServer(exchange.serve), ['A', 'B'], {
      marketsPerSubscription: 1,
    });
    await log.until(() => log.subscribed.length === 2, 'two subscriptions');
    for (const markets of [['A'], ['A'], ['A', 'C'], ['A', 'C']]) stream.setMarkets(markets);
    await log.until(() => log.subscribed.length === 3 && log.changed.length === 1, 'both changes');
    expect(exchange.commands.slice(2).map(({ cmd }) => cmd)).toEqual(['unsubscribe', 'subscribe']);
    expect(log.connects).toBe(1);
  });

  it('that were set while a subscription was opened are asked for when it is', async () => {
    const exchange = new Acknowledging();
    const { stream, log } = open(await frameServer(exchange.serve), ['A']);
    await log.until(() => log.connects === 1, 'a connection');
    stream.setMarkets(['A', 'B']);
    await log.until(() => log.changed.length === 1, 'the change');
    expect(log.subscribed).toEqual([{ subscription: 11, markets: ['A'] }]);
    expect(log.changed).toEqual([{ subscription: 11, markets: ['A', 'B'] }]);
  });
});

describe('a command that the exchange does not acknowledge', () => {
  it.each([
    ['a subscription', (command: Command) => command.cmd === 'subscribe'],
    ['a change of one', (command: Command) => command.cmd === 'update_subscription'],
  ])('costs the connection: %s', async (_name, isSilent) => {
    const silent = new Acknowledging(isSilent);
    const exchange = new Acknowledging();
    const served = await frameServer(silent.serve, exchange.serve);
    const { stream, log } = open(served, ['A'], { ackTimeoutMs: 40 });
    await log.until(() => log.connects === 1, 'a connection');
    stream.setMarkets(['A', 'B']);
    await log.until(() => log.disconnects.length === 1, 'the connection left');
    expect(log.disconnects).toEqual(['no acknowledgement within 40 ms']);
    await log.until(
      () => log.connects === 2 && log.subscribed.at(-1)?.markets.length === 2,
      'both',
    );
  });
});

describe('a subscription that was ended', () => {
  it('is opened again, and frames of the old one are dropped (pitfall 13)', async () => {
    const exchange = new Acknowledging();
    let client: WebSocket | null = null;
    const served = await frameServer((socket) => {
      client = socket;
      exchange.serve(socket);
    });
    const { stream, log } = open(served, ['A']);
    await log.until(() => log.events.length === 2, 'a book');
    const send = (frame: string): void => client!.send(frame);
    send(exchange.delta(11, 'A'));
    send(`{"type":"error","sid":11,"seq":${exchange.next(11)},"msg":{"code":25,"msg":"overflow"}}`);
    send(exchange.delta(11, 'A'));
    send(exchange.snapshot(11, 'A'));
    await log.until(() => log.subscribed.length === 2, 'another subscription');
    send(exchange.delta(11, 'A'));
    send(exchange.delta(12, 'A'));
    await log.until(() => seqsOf(log, 12).length === 2, 'the new book and its delta');
    expect(seqsOf(log, 11)).toEqual([1, 2, 3]);
    expect(stream.counts.stale).toBe(3);
    // What was dropped is in no recording either: it would play otherwise than it was.
    expect(log.frames).toHaveLength(log.events.length);
    expect(log.connects).toBe(1);
  });
});

describe('a reader that stalls', () => {
  it('loses deltas, never a message of ours, asks for the books again, and does not crash (B7)', async () => {
    const exchange = new Acknowledging();
    const served = await frameServer((socket) => {
      exchange.serve(socket);
      socket.on('message', () => {
        if (exchange.commands.length > 1) return;
        for (let n = 0; n < 4_000; n += 1) {
          socket.send(exchange.delta(11, 'A'));
          if (n % 100 === 0) socket.send(fill(n));
        }
      });
    });
    const { stream, log } = open(served, ['A'], {
      inbound: { maxFrames: 300, maxLength: 10_000_000, framesPerTurn: 16 },
    });
    const isAsked = (): boolean =>
      exchange.commands.some(({ params }) => params.action === 'get_snapshot');
    await log.until(isAsked, 'the books asked for', 5_000);
    await log.until(() => log.events.at(-1)?.kind === 'book_snapshot', 'the book again', 5_000);
    expect(stream.counts.lost).toBeGreaterThan(1_000);
    expect(stream.counts.mostWaiting).toBeLessThanOrEqual(301);
    expect(log.lost.reduce((sum, { frames }) => sum + frames, 0)).toBe(stream.counts.lost);
    const fills = log.events.flatMap((event) =>
      event.kind === 'fill' ? [event.fill.tradeId] : [],
    );
    expect(fills).toEqual(Array.from({ length: 40 }, (_, n) => `t${n * 100}`));
    // The book as it came last is whole, and numbers only ever went up.
    const book = new OrderBook();
    const last = log.events.at(-1);
    if (last?.kind !== 'book_snapshot') throw new Error('the book came last');
    expect(book.applySnapshot(last.snapshot)).toBe('applied');
    const seqs = seqsOf(log, 11);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(log.connects).toBe(1);
  });
});

describe('a connection that we leave', () => {
  it('is heard to the end of what it had said of our own orders', async () => {
    const exchange = new Acknowledging();
    const served = await frameServer((socket) => {
      exchange.serve(socket);
      socket.on('message', () => {
        for (let n = 0; n < 300; n += 1) socket.send(fill(n));
      });
    });
    const { stream, log } = open(served, ['A'], {
      inbound: { maxFrames: 1_000, maxLength: 10_000_000, framesPerTurn: 1 },
    });
    await log.until(() => stream.counts.waiting > 20, 'fills that wait', 5_000);
    const heard = () => log.events.filter(({ kind }) => kind === 'fill').length;
    const { waiting } = stream.counts;
    const before = heard();
    await stream.close();
    expect(heard() - before).toBeGreaterThanOrEqual(waiting - 1);
  });
});

const fill = (n: number): string =>
  JSON.stringify({
    type: 'fill',
    sid: 99,
    msg: {
      trade_id: `t${n}`,
      order_id: 'o',
      market_ticker: 'A',
      is_taker: true,
      book_side: 'bid',
      yes_price_dollars: '0.4700',
      count_fp: '1.00',
      fee_cost: '0.010000',
      ts_ms: 1,
    },
  });

describe('a connection that is not what it seems', () => {
  it('is left when the feed falls behind on it (pitfall 11)', async () => {
    const exchange = new Acknowledging();
    let late = 0;
    const served = await frameServer(
      (socket) => {
        exchange.serve(socket);
        const timer = setInterval(() => {
          late += 60;
          const delta = exchange.delta(11, 'A');
          socket.send(delta.replace(/"ts_ms":\d+/, `"ts_ms":${Date.now() - late}`));
        }, 4);
        socket.on('close', () => clearInterval(timer));
      },
      (socket) => exchange.serve(socket),
    );
    const { stream, log } = open(served, ['A'], {
      maxFeedAgeMs: 200,
      lagSustainedMs: 30,
      clockOffset: () => ({ offsetMs: 0, uncertaintyMs: 5, sampleCount: 9 }),
    });
    await log.until(() => log.connects === 2, 'another connection');
    expect(log.disconnects).toHaveLength(1);
    expect(log.disconnects[0]).toMatch(/^the feed is \d+ ms behind$/);
    expect(stream.counts.lagged).toBe(1);
  });

  it('is not left for an age that nobody knows, while the clocks are not compared', async () => {
    const exchange = new Acknowledging();
    const served = await frameServer((socket) => {
      exchange.serve(socket);
      socket.on('message', () => {
        for (let n = 0; n < 20; n += 1)
          socket.send(exchange.delta(11, 'A').replace(/"ts_ms":\d+/, '"ts_ms":5'));
      });
    });
    const { stream, log } = open(served, ['A'], {
      maxFeedAgeMs: 200,
      lagSustainedMs: 0,
      clockOffset: () => null,
    });
    await log.until(() => seqsOf(log, 11).length >= 20, 'twenty deltas');
    expect(stream.counts.lagged).toBe(0);
    expect(log.connects).toBe(1);
  });

  it('is made anew, signed for the time that it is, when the machine’s clock stepped (pitfall 16)', async () => {
    const exchange = new Acknowledging();
    const stamps: number[] = [];
    const served = await frameServer((socket, request) => {
      stamps.push(Number(request.headers['kalshi-access-timestamp']));
      exchange.serve(socket);
    });
    const timers = machineTimers();
    let sleptMs = 0;
    let looks = 0;
    const { log } = open(served, ['A'], {
      timers: {
        nowMs: () => timers.nowMs() + sleptMs,
        at: (timeMs, label, task) => timers.at(timeMs - sleptMs, label, task),
        // A second of watching takes 5 ms here.
        after: (delayMs, label, task) =>
          timers.after(label === 'socket looks at the clock' ? 5 : delayMs, label, task),
        cancel: (handle) => timers.cancel(handle),
        sleep: (ms) => timers.sleep(ms),
      },
      monotonicMs: () => {
        looks += 1;
        if (looks === 3) sleptMs = 3_600_000;
        return timers.nowMs();
      },
    });
    await log.until(() => log.connects === 2, 'another connection');
    expect(log.disconnects).toHaveLength(1);
    expect(log.disconnects[0]).toMatch(/^the clock stepped by 36\d{5} ms$/);
    expect(stamps[1]! - stamps[0]!).toBeGreaterThanOrEqual(3_600_000);
  });

  it('may break many times in a row (B8)', async () => {
    const exchange = new Acknowledging();
    const breaks = Array.from({ length: 12 }, (_, n) => (socket: WebSocket): void => {
      if (n % 3 === 0) socket.terminate();
      else if (n % 3 === 1) socket.close(1_012);
      else {
        socket.send('{"type":"orderbook_delta","sid":11,"seq":1,"ms');
        exchange.serve(socket);
        setTimeout(() => socket.terminate(), 2);
      }
    });
    const served = await frameServer(...breaks, exchange.serve);
    const { log } = open(served, ['A']);
    await log.until(() => log.connects === 13, 'the thirteenth connection');
    const before = log.subscribed.length;
    await log.until(() => log.events.at(-1)?.kind === 'book_snapshot', 'a book');
    expect(log.subscribed.length).toBeGreaterThanOrEqual(before);
    expect(log.disconnects).toHaveLength(12);
  });

  it('is up again after one attempt when the exchange is', async () => {
    const exchange = new Acknowledging();
    const served = await frameServer(exchange.serve);
    const { log } = open(served, ['A']);
    for (let round = 1; round <= 20; round += 1) {
      await log.until(() => log.subscribed.length === round, `connection ${round}`);
      served.drop();
      await log.until(() => log.disconnects.length === round, `the end of connection ${round}`);
    }
    await log.until(() => log.subscribed.length === 21, 'the last connection');
    expect(log.connects).toBe(21);
  });
});

describe('a compressed stream', () => {
  it.each([true, false])('is read where the client wants it (%s)', async (compression) => {
    const exchange = new Acknowledging();
    const extensions: string[] = [];
    const served = await compressedFrameServer((socket) => {
      extensions.push(socket.extensions);
      exchange.serve(socket);
    });
    const { log } = open(served, ['A'], { compression });
    await log.until(() => log.events.length === 2, 'a book');
    expect(extensions[0]).toBe(compression ? 'permessage-deflate' : '');
  });
});
