import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CatalogueRead } from '../../../../shared/adapters/boltodds/bolt-catalogue.ts';
import { OddsOfLeagues } from '../../../../shared/adapters/boltodds/odds-of-leagues.ts';
import type { BoltInfo } from '../../../../shared/adapters/boltodds/wire/catalogue.ts';
import type { BoltFilters } from '../../../../shared/adapters/boltodds/wire/subscribe.ts';
import type { OddsStreamHandlers } from '../../../../shared/ports/streams.ts';
import { SpokenOdds } from '../../../support/feeder-desk.ts';
import { ManualTimers } from '../../../support/manual-timers.ts';

const read = (sports: readonly string[], books: readonly string[]): CatalogueRead<BoltInfo> => ({
  kind: 'read',
  value: { sports, books },
});

/** A feed whose list of names a test gives, one answer after the other; the last one stays. */
function aFeed(answers: readonly CatalogueRead<BoltInfo>[]) {
  const timers = new ManualTimers(0);
  const asked: BoltFilters[] = [];
  const streams: SpokenOdds[] = [];
  const told: string[] = [];
  let looks = 0;
  const feed = new OddsOfLeagues({
    catalogue: {
      info: () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)]!),
    },
    leagues: ['nfl', 'epl'],
    books: ['pinnacle', 'betmgm'],
    timers,
    newStream: (filters) => {
      asked.push(filters);
      const stream = new SpokenOdds();
      streams.push(stream);
      return stream;
    },
    onNotOffered: (names) => told.push(`not offered: ${names.join(', ')}`),
  });
  const handlers: OddsStreamHandlers = {
    onConnected: () => told.push('connected'),
    onDisconnected: () => told.push('disconnected'),
    onRefused: ({ detail }) => told.push(`refused: ${detail}`),
    onFrame: () => undefined,
    onEvent: () => undefined,
    onDown: ({ code }) => told.push(`down: ${code}`),
    onUp: () => told.push('up'),
  };
  return { feed, handlers, timers, asked, streams, told, looks: () => looks };
}

describe('odds of followed leagues', () => {
  it('are asked for under the feed’s own names, once these are known', async () => {
    const { feed, handlers, asked, streams, told } = aFeed([
      read(['NFL', 'England Premier League', 'NBA'], ['pinnacle', 'betmgm', 'kalshi']),
    ]);
    feed.open(handlers);
    expect(asked).toEqual([]);
    await setImmediate();
    expect(asked).toEqual([
      {
        sports: ['NFL', 'England Premier League'],
        sportsbooks: ['pinnacle', 'betmgm'],
        markets: ['Moneyline'],
      },
    ]);
    expect(told).toEqual([]);
    await feed.close();
    expect(streams[0]?.closed).toBe(true);
  });

  it('tell what is not offered, and ask for the rest', async () => {
    const { feed, handlers, asked, told } = aFeed([read(['NFL'], ['pinnacle'])]);
    feed.open(handlers);
    await setImmediate();
    expect(told).toEqual(['not offered: epl, betmgm']);
    expect(asked).toMatchObject([{ sports: ['NFL'] }]);
    await feed.close();
  });

  it('do not exist while the list cannot be read; it is asked for again, less and less often', async () => {
    const denied: CatalogueRead<BoltInfo> = {
      kind: 'unavailable',
      reason: 'HTTP 401',
      down: { code: 'unauthorized', detail: 'the key is not known' },
    };
    const { feed, handlers, timers, asked, told, looks } = aFeed([
      denied,
      denied,
      read([], ['pinnacle']),
      read(['NFL', 'EPL'], ['pinnacle', 'betmgm']),
    ]);
    feed.open(handlers);
    await setImmediate();
    timers.pass(2_000);
    await setImmediate();
    expect([asked.length, looks()]).toEqual([0, 2]);
    timers.pass(3_999);
    await setImmediate();
    expect(looks()).toBe(2);
    timers.pass(1);
    await setImmediate();
    timers.pass(8_000);
    await setImmediate();
    expect(told).toEqual([
      'refused: HTTP 401',
      'down: unauthorized',
      'refused: HTTP 401',
      'not offered: nfl, epl, betmgm',
      'up',
    ]);
    expect(asked).toHaveLength(1);
    await feed.close();
  });

  it('are not begun once they were closed', async () => {
    const { feed, handlers, timers, asked } = aFeed([read(['NFL'], ['pinnacle'])]);
    feed.open(handlers);
    await feed.close();
    timers.pass(120_000);
    await setImmediate();
    expect(asked).toEqual([]);
  });
});

it('a list that cannot be had any more is told as a source that fails, then as one that answers', async () => {
  const down = { code: 'breaker_open', detail: 'it failed again and again: HTTP 502' } as const;
  const { feed, handlers, timers, told, streams } = aFeed([
    { kind: 'unavailable', reason: 'HTTP 502', down: null },
    { kind: 'unavailable', reason: 'HTTP 502', down },
    { kind: 'unavailable', reason: 'held', down },
    read(['NFL'], ['pinnacle', 'betmgm']),
  ]);
  feed.open(handlers);
  for (let look = 0; look < 4; look += 1) {
    await setImmediate();
    timers.pass(60_000);
  }
  await setImmediate();
  expect(told.filter((one) => one.startsWith('down') || one === 'up')).toEqual([
    'down: breaker_open',
    'up',
  ]);
  expect(streams).toHaveLength(1);
  await feed.close();
});
