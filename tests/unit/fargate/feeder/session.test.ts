import { describe, expect, it } from 'vitest';
import { CONFLATION } from '../../../../fargate/feeder/conflate.ts';
import { RESYNC_RETRY_MS } from '../../../../fargate/feeder/follow-stream.ts';
import { HELD_INTERVAL_MS, NEAR_INTERVAL_MS } from '../../../../fargate/feeder/session.ts';
import type { GameState } from '../../../../shared/domain/market/game-state.ts';
import type { MarketDataEvent } from '../../../../shared/ports/market-data.ts';
import {
  A,
  aLeg,
  aSession,
  aSyncedSession,
  B,
  BOOKS,
  delta,
  requestsOf,
  snapshot,
  ticksOf,
} from '../../../support/feeder-events.ts';
import { aFillOf, anEntry, NOON } from '../../../support/trade-builders.ts';

const LATER = NOON + 10_000;
const LONG_AFTER = LATER + 60_000;

const aState = (change: Partial<GameState> = {}): GameState => ({
  source: 'espn',
  gameId: 'game-1',
  phase: 'live',
  startTimeMs: NOON,
  homeScore: 7,
  awayScore: 0,
  period: 1,
  clockSeconds: 600,
  sourceTimeMs: NOON,
  receivedMs: NOON,
  ...change,
});

const lifecycle = (
  event: Extract<MarketDataEvent, { kind: 'lifecycle' }>['event'],
  closeTimeMs: number | null = null,
): MarketDataEvent => ({
  kind: 'lifecycle',
  sequence: null,
  market: A,
  event,
  result: null,
  closeTimeMs,
  exchangeTimeMs: NOON,
});

const trade = (sequence: number): MarketDataEvent => ({
  kind: 'public_trade',
  sequence: { subscription: 8, sequence },
  tradeId: 'trade-1',
  market: A,
  price: aFillOf(anEntry()).price,
  count: aFillOf(anEntry()).count,
  takerSide: 'bid',
  exchangeTimeMs: NOON,
});

describe('books', () => {
  it('are published as gapped until their first snapshot', () => {
    const session = aSession();
    const [tick] = ticksOf(session.onGameState(aState(), NOON));
    expect(tick?.book).toMatchObject({ sync: 'gapped', view: { bids: [], asks: [] } });
    const [synced] = ticksOf(session.onStreamEvent(snapshot(1, A), LATER));
    expect(synced?.book).toMatchObject({ sync: 'synced', exchangeTimeMs: NOON });
    expect(synced?.book.view.bids).toHaveLength(2);
  });

  it('follow their deltas', () => {
    const session = aSyncedSession();
    const [tick] = ticksOf(session.onStreamEvent(delta(3, A, { at: 5_100 }), LATER));
    expect(tick).toMatchObject({ market: { ticker: A }, feederTimeMs: LATER });
    expect(tick?.book.view.bids[0]).toEqual({ price: 5_100, count: 100 });
    expect(tick?.book.exchangeTimeMs).toBe(NOON + 3);
  });

  it('are confirmed by what is said of another one in an unbroken sequence', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(3, A, { timeMs: NOON + 500 }), LATER);
    const [tick] = ticksOf(
      session.onStreamEvent(delta(4, B, { at: 5_100, timeMs: NOON + 500 }), LATER),
    );
    expect(tick?.book.exchangeTimeMs).toBe(NOON + 500);
  });

  it('do not grow older by a message with an earlier time', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(3, A, { timeMs: NOON + 500 }), LATER);
    const earlier = delta(4, A, { at: 5_100, timeMs: NOON + 400 });
    const [tick] = ticksOf(session.onStreamEvent(earlier, LONG_AFTER));
    expect(tick?.book.exchangeTimeMs).toBe(NOON + 500);
  });

  it('of which the exchange said no time are of the time at which they came', () => {
    const session = aSession();
    const [tick] = ticksOf(session.onStreamEvent(snapshot(1, A, { timeMs: null }), LATER));
    expect(tick?.book.exchangeTimeMs).toBe(LATER);
  });

  it('of markets that we do not know change nothing', () => {
    const session = aSyncedSession();
    expect(session.onStreamEvent(snapshot(3, 'KX-OTHER'), LATER)).toEqual([]);
    expect(session.onStreamEvent(delta(4, 'KX-OTHER'), LATER)).toEqual([]);
    expect(session.gaps).toBe(0);
  });
});

describe('a hole in the numbers', () => {
  it('makes every book of the subscription suspect and asks for all of them', () => {
    const session = aSyncedSession();
    const commands = session.onStreamEvent(delta(4, A, { at: 5_100 }), LATER);
    expect(requestsOf(commands)).toEqual([[B, A].toSorted()]);
    expect(commands[0]).toMatchObject({ kind: 'request_snapshots', subscription: BOOKS });
    expect(ticksOf(commands)).toEqual([]);
    expect(session.gaps).toBe(1);
  });

  it('lets nothing out as synced until the book’s own snapshot', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(4, A), LATER);
    const between = [
      ...session.onStreamEvent(delta(5, A, { at: 5_100 }), LATER + 1_000),
      ...session.onStreamEvent(delta(6, B, { at: 5_100 }), LATER + 1_000),
      ...session.onOdds({ kind: 'legs', legs: [aLeg(1)] }, LATER + 2_000),
      ...session.onGameState(aState(), LATER + 3_000),
      ...session.onTimer(LATER + 4_000),
    ];
    expect(ticksOf(between).length).toBeGreaterThan(0);
    for (const tick of ticksOf(between)) expect(tick.book.sync).toBe('gapped');
    const healed = session.onStreamEvent(snapshot(7, A), LATER + 5_000);
    expect(ticksOf(healed)).toMatchObject([{ market: { ticker: A }, book: { sync: 'synced' } }]);
    const other = ticksOf(session.onGameState(aState({ sourceTimeMs: NOON + 1 }), LATER + 6_000));
    expect(other.map(({ market, book }) => [market.ticker, book.sync])).toEqual([
      [A, 'synced'],
      [B, 'gapped'],
    ]);
  });

  it('in front of a snapshot heals that book at once', () => {
    const session = aSyncedSession();
    const commands = session.onStreamEvent(snapshot(9, A), LATER);
    expect(ticksOf(commands)).toMatchObject([{ market: { ticker: A }, book: { sync: 'synced' } }]);
    expect(requestsOf(commands)).toHaveLength(1);
  });

  it('is also a message of another kind that is missing', () => {
    const session = aSyncedSession();
    const control: MarketDataEvent = {
      kind: 'control',
      sequence: { subscription: BOOKS, sequence: 4 },
      type: 'ok',
    };
    expect(requestsOf(session.onStreamEvent(control, LATER))).toHaveLength(1);
  });

  it('of one subscription leaves the books of another alone', () => {
    const session = aSession();
    session.onSubscribed(8, []);
    session.onStreamEvent(snapshot(1, A), NOON);
    session.onStreamEvent(trade(1), LATER);
    expect(requestsOf(session.onStreamEvent(trade(5), LATER))).toEqual([]);
    const [tick] = ticksOf(session.onStreamEvent(delta(2, A, { at: 5_100 }), LATER));
    expect(tick?.book.sync).toBe('synced');
  });

  it('is asked about again when no snapshot has come in time', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(4, A), LATER);
    expect(requestsOf(session.onTimer(LATER + RESYNC_RETRY_MS - 1))).toEqual([]);
    session.onStreamEvent(snapshot(5, A), LATER + 100);
    expect(requestsOf(session.onTimer(LATER + RESYNC_RETRY_MS))).toEqual([[B]]);
    expect(requestsOf(session.onTimer(LATER + RESYNC_RETRY_MS + 1))).toEqual([]);
  });
});

describe('a delta that does not fit', () => {
  it.each([
    ['takes away more than there is', { by: -20_000 }],
    ['crosses the book', { at: 5_200 }],
  ])('because it %s makes its own book suspect and asks for it', (_, change) => {
    const session = aSyncedSession();
    const commands = session.onStreamEvent(delta(3, A, change), LATER);
    expect(requestsOf(commands)).toEqual([[A]]);
    expect(ticksOf(commands)).toEqual([]);
    const [own] = ticksOf(session.onGameState(aState(), LATER));
    expect(own?.book.sync).toBe('gapped');
    const [other] = ticksOf(session.onStreamEvent(delta(4, B, { at: 5_100 }), LATER + 1_000));
    expect(other?.book.sync).toBe('synced');
  });

  it('never publishes a crossed snapshot as synced', () => {
    const session = aSession();
    const [tick] = ticksOf(session.onStreamEvent(snapshot(1, A, { bid: 5_300 }), LATER));
    expect(tick?.book).toMatchObject({ sync: 'gapped', view: { bids: [], asks: [] } });
  });
});

describe('numbers seen before', () => {
  it('are dropped: the same delta twice counts once', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(3, A, { at: 5_100 }), LATER);
    expect(session.onStreamEvent(delta(3, A, { at: 5_100 }), LONG_AFTER)).toEqual([]);
    const [tick] = ticksOf(session.onStreamEvent(delta(4, A, { at: 5_110 }), LONG_AFTER));
    expect(tick?.book.view.bids[1]).toEqual({ price: 5_100, count: 100 });
    expect(session.gaps).toBe(0);
  });

  it('are dropped when they come late, after the hole they left', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(4, A), LATER);
    session.onStreamEvent(snapshot(5, A), LATER);
    expect(session.onStreamEvent(delta(3, A, { at: 5_100 }), LONG_AFTER)).toEqual([]);
    expect(session.onStreamEvent(snapshot(1, A, { bid: 4_000 }), LONG_AFTER)).toEqual([]);
    const [tick] = ticksOf(session.onStreamEvent(delta(6, A, { at: 5_110 }), LONG_AFTER));
    expect(tick?.book.view.bids.map((level) => Number(level.price))).toEqual([5_110, 5_000, 4_900]);
  });
});

describe('a lost connection', () => {
  it('makes every book suspect, and its numbers mean nothing to the next one', () => {
    const session = aSyncedSession();
    session.onDisconnect();
    for (const tick of ticksOf(session.onGameState(aState(), LATER)))
      expect(tick.book.sync).toBe('gapped');
    session.onSubscribed(BOOKS, [A, B]);
    const [tick] = ticksOf(session.onStreamEvent(snapshot(1, A, { bid: 4_800 }), LATER + 1_000));
    expect(tick?.book).toMatchObject({ sync: 'synced', view: { bids: [{ price: 4_800 }, {}] } });
    expect(session.gaps).toBe(0);
  });

  it('is asked for nothing any more', () => {
    const session = aSyncedSession();
    session.onDisconnect();
    expect(requestsOf(session.onTimer(LONG_AFTER))).toEqual([]);
  });

  it('forgets the times of the old connection', () => {
    const session = aSyncedSession();
    session.onStreamEvent(delta(3, A, { timeMs: NOON + 900_000 }), LATER);
    session.onDisconnect();
    session.onSubscribed(BOOKS, [A]);
    session.onStreamEvent(snapshot(1, A, { timeMs: NOON + 20_000 }), LATER);
    const [tick] = ticksOf(
      session.onStreamEvent(delta(2, A, { at: 5_100, timeMs: NOON + 20_001 }), LONG_AFTER),
    );
    expect(tick?.book.exchangeTimeMs).toBe(NOON + 20_001);
  });

  it('keeps lines, games and stamps', () => {
    const session = aSyncedSession();
    const [before] = ticksOf(session.onOdds({ kind: 'legs', legs: [aLeg(1)] }, LATER));
    session.onDisconnect();
    session.onSubscribed(BOOKS, [A]);
    const [after] = ticksOf(session.onStreamEvent(snapshot(1, A), LONG_AFTER));
    expect(after?.legs).toEqual(before?.legs);
    expect(after?.stamp.n).toBeGreaterThan(before!.stamp.n);
  });
});

describe('conflation', () => {
  it('publishes a change of depth at most once a second, the latest wins', () => {
    const session = aSyncedSession(NOON);
    const published = [3, 4, 5, 6].flatMap((sequence) =>
      ticksOf(session.onStreamEvent(delta(sequence, A), NOON + 100 * sequence)),
    );
    expect(published).toEqual([]);
    expect(ticksOf(session.onTimer(NOON + CONFLATION.depthIntervalMs - 1))).toEqual([]);
    const [tick, ...others] = ticksOf(session.onTimer(NOON + CONFLATION.depthIntervalMs));
    expect(tick?.book.view.bids[1]).toEqual({ price: 4_900, count: 10_400 });
    expect(others).toEqual([]);
    expect(ticksOf(session.onTimer(NOON + 10_000))).toEqual([]);
  });

  it('publishes a change of the best price at once, ten times a second at most', () => {
    const session = aSyncedSession(NOON);
    const { minIntervalMs } = CONFLATION;
    expect(
      ticksOf(session.onStreamEvent(delta(3, A, { at: 5_010 }), NOON + minIntervalMs)),
    ).toHaveLength(1);
    expect(
      ticksOf(session.onStreamEvent(delta(4, A, { at: 5_020 }), NOON + minIntervalMs + 1)),
    ).toEqual([]);
    const [tick] = ticksOf(session.onTimer(NOON + 2 * minIntervalMs));
    expect(tick?.book.view.bids[0]?.price).toBe(5_020);
  });

  it('keeps within its limits under any stream, and loses no last state', () => {
    const session = aSyncedSession(NOON);
    const times: number[] = [];
    let last: number | undefined;
    for (let step = 0; step < 300; step += 1) {
      const nowMs = NOON + 1 + step * 17;
      const event = delta(3 + step, A, step % 3 === 0 ? { at: 5_001 + step } : {});
      const ticks = [
        ...ticksOf(step < 150 ? session.onStreamEvent(event, nowMs) : []),
        ...ticksOf(session.onTimer(nowMs)).filter(({ market }) => market.ticker === A),
      ];
      for (const tick of ticks) {
        times.push(nowMs);
        last = tick.book.view.bids[0]?.price;
      }
    }
    for (const [index, time] of times.entries())
      expect(time - (times[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(
        CONFLATION.minIntervalMs,
      );
    expect(last).toBe(5_001 + 147);
  });
});

describe('markets that are held', () => {
  it('are looked at every 30 s without a change, and flagged', () => {
    const session = aSyncedSession(NOON);
    session.setHeld([A]);
    expect(ticksOf(session.onTimer(NOON + HELD_INTERVAL_MS - 1))).toEqual([]);
    const due = session.onTimer(NOON + HELD_INTERVAL_MS);
    expect(due).toMatchObject([
      { kind: 'publish_tick', held: true, tick: { market: { ticker: A } } },
    ]);
  });

  it('are looked at every 5 s while their position is near an exit', () => {
    const session = aSyncedSession(NOON);
    session.setHeld([A, B], [B]);
    expect(ticksOf(session.onTimer(NOON + NEAR_INTERVAL_MS - 1))).toEqual([]);
    const due = session.onTimer(NOON + NEAR_INTERVAL_MS);
    expect(ticksOf(due).map(({ market }) => market.ticker)).toEqual([B]);
    session.setHeld([A, B]);
    expect(ticksOf(session.onTimer(NOON + 2 * NEAR_INTERVAL_MS))).toEqual([]);
  });

  it('are looked at once each time, however often the timer runs', () => {
    const session = aSyncedSession(NOON);
    session.setHeld([A]);
    let looks = 0;
    for (let nowMs = NOON; nowMs <= NOON + 10 * HELD_INTERVAL_MS; nowMs += 100)
      looks += ticksOf(session.onTimer(nowMs)).length;
    expect(looks).toBe(10);
  });

  it('are no longer looked at when they are not held any more', () => {
    const session = aSyncedSession(NOON);
    session.setHeld([A, B]);
    session.setHeld([B]);
    const due = session.onTimer(NOON + HELD_INTERVAL_MS);
    expect(ticksOf(due).map(({ market }) => market.ticker)).toEqual([B]);
  });
});

describe('stamps', () => {
  it('carry the epoch and grow by one in each market', () => {
    const session = aSyncedSession(NOON);
    const stamps: Record<string, number[]> = { [A]: [1], [B]: [1] };
    for (let step = 0; step < 20; step += 1) {
      const nowMs = LATER + step * 1_000;
      const commands = [
        ...session.onStreamEvent(delta(3 + step, step % 2 === 0 ? A : B), nowMs),
        ...session.onGameState(aState({ sourceTimeMs: nowMs }), nowMs + 200),
      ];
      for (const { stamp, market } of ticksOf(commands)) {
        expect(stamp.epoch).toBe(3);
        stamps[market.ticker]!.push(stamp.n);
      }
    }
    for (const seen of Object.values(stamps)) {
      expect(seen.length).toBeGreaterThan(20);
      expect(seen).toEqual(seen.map((_, index) => index + 1));
    }
  });
});

describe('what is not a book', () => {
  it('passes fills and order updates on, each time they come', () => {
    const session = aSyncedSession();
    const message = { kind: 'fill', fill: aFillOf(anEntry()), clientOrderId: 'entry-1' } as const;
    for (let time = 0; time < 2; time += 1)
      expect(session.onStreamEvent(message, LATER)).toEqual([
        { kind: 'publish_order_message', message },
      ]);
  });

  it.each([
    ['deactivated', { status: 'inactive' }],
    ['determined', { status: 'determined' }],
    ['settled', { status: 'finalized' }],
  ] as const)('publishes a market that was %s at once as such', (event, market) => {
    const session = aSyncedSession();
    const commands = session.onStreamEvent(lifecycle(event), LATER);
    expect(commands[0]).toMatchObject({ kind: 'publish_lifecycle', event: { event } });
    expect(ticksOf(commands)).toMatchObject([{ market }]);
  });

  it('moves the close of a market', () => {
    const session = aSyncedSession();
    const moved = session.onStreamEvent(lifecycle('close_date_updated', NOON + 5_000), LATER);
    expect(ticksOf(moved)).toMatchObject([{ market: { closeTimeMs: NOON + 5_000 } }]);
  });

  it('takes no game state older than the one it has', () => {
    const session = aSyncedSession();
    session.onGameState(aState({ sourceTimeMs: NOON + 10, homeScore: 14 }), LATER);
    expect(session.onGameState(aState({ sourceTimeMs: NOON + 9 }), LONG_AFTER)).toEqual([]);
    expect(session.onGameState(aState({ sourceTimeMs: NOON + 10 }), LONG_AFTER)).toEqual([]);
    const [tick] = ticksOf(session.onStreamEvent(delta(3, A, { at: 5_100 }), LONG_AFTER));
    expect(tick?.game?.homeScore).toBe(14);
  });
});
