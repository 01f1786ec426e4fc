import { describe, expect, it, onTestFinished } from 'vitest';
import type { MarketTicker } from '../../shared/domain/market/market.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import type { MarketStream } from '../../shared/ports/streams.ts';
import { StreamLog } from '../support/stream-log.ts';

/** An exchange whose stream may be listened to. */
export type StreamPlace = {
  readonly stream: MarketStream;
  readonly market: MarketTicker;
  /** Lets what is under way arrive. */
  readonly deliver: () => Promise<void>;
  /** How long a first book may take. */
  readonly patienceMs?: number;
  readonly close?: () => void | Promise<void>;
};

/** One that is a test's own: both markets trade at 50 and 52, a hundred contracts on each side. */
export type StreamWorld = StreamPlace & {
  readonly otherMarket: MarketTicker;
  /** We bid for so many contracts, immediately or cancel; says what the order is called. */
  readonly take: (market: MarketTicker, at: number, count: number) => string;
  readonly deactivate: (market: MarketTicker) => void;
  /** The connection breaks without a word, and may be made again. */
  readonly drop: () => void;
};

type Of<Kind extends MarketDataEvent['kind']> = Extract<MarketDataEvent, { kind: Kind }>;

/** What every stream must do, wherever it is. Only listens. */
export function marketStreamContract(name: string, enter: () => Promise<StreamPlace>): void {
  describe(`market stream contract: ${name}`, () => {
    it('connects, says what it follows, and tells each book whole before anything else of it', async () => {
      const place = await open(enter);
      const log = await listen(place, [place.market]);
      await heard(place, log, 'the first book', () => booksOf(log).length > 0);
      expect(log.connects).toBe(1);
      const books = log.subscribed.find(({ markets }) => markets.includes(place.market));
      expect(books?.markets).toEqual([place.market]);
      const first = log.events.find(
        (event) => event.kind === 'book_snapshot' || event.kind === 'book_delta',
      );
      expect(first?.kind).toBe('book_snapshot');
      expect(log.refusals).toEqual([]);
      expectContiguous(log);
    });

    it('tells a book again when it is asked to, under the next number', async () => {
      const place = await open(enter);
      const log = await listen(place, [place.market]);
      await heard(place, log, 'the first book', () => booksOf(log).length > 0);
      const [{ subscription }] = log.subscribed.filter(({ markets }) => markets.length > 0) as [
        (typeof log.subscribed)[number],
      ];
      place.stream.requestSnapshots(subscription, [place.market]);
      await heard(place, log, 'the second book', () => booksOf(log).length > 1);
      // A subscription that is not there is not an error.
      place.stream.requestSnapshots(999_999, [place.market]);
      expectContiguous(log);
    });

    it('tells nothing after it was closed', async () => {
      const place = await open(enter);
      const log = await listen(place, [place.market]);
      await heard(place, log, 'the first book', () => booksOf(log).length > 0);
      await place.stream.close();
      const told = log.events.length;
      await place.deliver();
      expect(log.events).toHaveLength(told);
    });
  });
}

/** What needs something to happen. */
export function marketStreamWorldContract(name: string, enter: () => Promise<StreamWorld>): void {
  describe(`market stream contract in a world of our own: ${name}`, () => {
    it('a trade of ours comes as a change of the book, a fill and the end of the order', async () => {
      const world = await open(enter);
      const log = await listen(world, [world.market]);
      await heard(world, log, 'the first book', () => booksOf(log).length > 0);
      const clientOrderId = world.take(world.market, 5_200, 300);
      await heard(
        world,
        log,
        'the fill, the order and the book',
        () =>
          of(log, 'fill').length > 0 &&
          of(log, 'order_update').length > 0 &&
          of(log, 'book_delta').length > 0,
      );
      expect(of(log, 'book_delta').map(({ delta }) => delta)).toMatchObject([
        { market: world.market, side: 'ask', price: 5_200, change: -300 },
      ]);
      expect(of(log, 'fill')).toMatchObject([
        {
          clientOrderId,
          fill: { market: world.market, bookSide: 'bid', price: 5_200, count: 300, role: 'taker' },
        },
      ]);
      expect(of(log, 'order_update').at(-1)).toMatchObject({
        update: { clientOrderId, status: 'executed', initialCount: 300, filled: 300 },
      });
      expectContiguous(log);
    });

    it('follows other markets on the same connection, from a whole book on', async () => {
      const world = await open(enter);
      const log = await listen(world, [world.market]);
      await heard(world, log, 'the first book', () => booksOf(log).length > 0);
      world.stream.setMarkets([world.otherMarket]);
      await heard(world, log, 'the other book', () => booksOf(log).includes(world.otherMarket));
      expect(log.connects).toBe(1);
      expect(followed(log)).toEqual([world.otherMarket]);
      const before = of(log, 'book_delta').length;
      world.take(world.market, 5_200, 100);
      world.take(world.otherMarket, 5_200, 100);
      await heard(world, log, 'a change', () => of(log, 'book_delta').length > before);
      await world.deliver();
      expect(of(log, 'book_delta').map(({ delta }) => delta.market)).toEqual([world.otherMarket]);
      expectContiguous(log);
    });

    it('tells that a market was taken out of trading', async () => {
      const world = await open(enter);
      const log = await listen(world, [world.market]);
      await heard(world, log, 'the first book', () => booksOf(log).length > 0);
      world.deactivate(world.market);
      await heard(world, log, 'the lifecycle', () =>
        of(log, 'lifecycle').some(
          ({ market, event }) => market === world.market && event === 'deactivated',
        ),
      );
    });

    it('after a broken connection it says so, and tells every book anew', async () => {
      const world = await open(enter);
      const log = await listen(world, [world.market]);
      await heard(world, log, 'the first book', () => booksOf(log).length > 0);
      world.drop();
      await heard(
        world,
        log,
        'the second connection’s book',
        () => log.connects === 2 && booksOf(log).length > 1,
      );
      expect(log.disconnects).toHaveLength(1);
      expectContiguous(log);
    });
  });
}

async function open<Place extends StreamPlace>(enter: () => Promise<Place>): Promise<Place> {
  const place = await enter();
  onTestFinished(async () => {
    await place.stream.close();
    await place.close?.();
  });
  return place;
}

async function listen(place: StreamPlace, markets: readonly MarketTicker[]): Promise<StreamLog> {
  const log = new StreamLog();
  place.stream.open(markets, log.handlers);
  await place.deliver();
  return log;
}

async function heard(
  place: StreamPlace,
  log: StreamLog,
  what: string,
  condition: () => boolean,
): Promise<void> {
  await place.deliver();
  await log.until(condition, what, place.patienceMs);
}

function of<Kind extends MarketDataEvent['kind']>(
  { events }: StreamLog,
  kind: Kind,
): readonly Of<Kind>[] {
  return events.filter((event): event is Of<Kind> => event.kind === kind);
}

function booksOf(log: StreamLog): readonly MarketTicker[] {
  return of(log, 'book_snapshot').map(({ snapshot }) => snapshot.market);
}

/** Numbers of a subscription begin at one and leave none out, on each connection. */
function expectContiguous({ events }: StreamLog): void {
  const last = new Map<number, number>();
  for (const event of events) {
    const sequence = 'sequence' in event ? event.sequence : null;
    if (sequence === null) continue;
    const before = last.get(sequence.subscription) ?? 0;
    // A new connection may give a number of an old one again, and begins at one.
    if (sequence.sequence !== 1) expect(sequence.sequence).toBe(before + 1);
    last.set(sequence.subscription, sequence.sequence);
  }
}

/** The markets of all subscriptions as they were told last. */
function followed({ subscribed, changed }: StreamLog): readonly MarketTicker[] {
  const bySubscription = new Map(
    [...subscribed, ...changed].map(({ subscription, markets }) => [subscription, markets]),
  );
  return [...bySubscription.values()].flat();
}
