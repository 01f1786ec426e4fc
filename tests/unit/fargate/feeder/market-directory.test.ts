import { describe, expect, it } from 'vitest';
import { MarketDirectory } from '../../../../fargate/feeder/market-directory.ts';
import { SCENARIOS } from '../../../../local/virtual/scenarios.ts';
import { marketsOfGame } from '../../../../local/virtual/virtual-markets.ts';
import { KalshiCatalogue } from '../../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { MemoryTelemetry } from '../../../../shared/adapters/memory/memory-telemetry.ts';
import { discoverMarkets } from '../../../../shared/application/discover-markets.ts';
import type { GameListing } from '../../../../shared/domain/market/game-listing.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import type { Read } from '../../../../shared/ports/exchange.ts';
import { SimExchange } from '../../../../shared/simulator/exchange/sim-exchange.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';
import { DirectTransport } from '../../../support/direct-transport.ts';

const rng = seededRng(1);
const [sunday] = SCENARIOS;
const games = sunday
  .schedule(rng.fork('schedule'))
  .slice(0, 3)
  .map((game) => sunday.play(rng.fork('games'), game));
const OPEN_MS = Math.min(...games.map(({ startTimeMs }) => startTimeMs)) - 3_600_000;
const HOUR_MS = 3_600_000;

const listings: readonly GameListing[] = games.map(({ gameId, home, away, startTimeMs }) => ({
  gameId,
  league: 'nfl',
  home,
  away,
  startTimeMs,
  startConfirmed: true,
  easternDate: '2026-11-22',
}));

/** The simulated exchange with the markets of three games, and a directory that reads it. */
function desk(
  change: { readonly held?: readonly string[]; readonly series?: readonly string[] } = {},
) {
  const exchange = new SimExchange({ rng: rng.fork('read lag') });
  exchange.deposit('us', 0, money(1_000_000_000));
  for (const game of games)
    for (const { market, details } of marketsOfGame(game, OPEN_MS))
      exchange.addMarket(market, OPEN_MS, details);
  const nowMs = OPEN_MS + 60_000;
  const transport = new DirectTransport(exchange, 'us', () => nowMs);
  const catalogue = new KalshiCatalogue({ transport });
  const telemetry = new MemoryTelemetry();
  let listed: Read<readonly GameListing[]> = { kind: 'read', value: listings };
  const directory = new MarketDirectory({
    discover: () =>
      discoverMarkets(
        {
          catalogue,
          telemetry,
          filters: {
            categories: [],
            minFavouriteMillionths: null,
            minLiquidity: money(0),
            maxSpread: null,
            excludeResearchGaps: false,
            researchGaps: new Set(),
          },
        },
        { series: change.series ?? ['KXNFLGAME'], nowMs },
      ),
    forget: () => {},
    games: () => Promise.resolve(listed),
    catalogue,
    held: () => Promise.resolve(change.held ?? []),
    telemetry,
  });
  return {
    directory,
    transport,
    telemetry,
    list: (value: readonly GameListing[]) => {
      listed = { kind: 'read', value };
    },
    lose: () => {
      listed = { kind: 'unavailable', reason: 'down' };
    },
  };
}

const first = games[0]!;
const said = {
  league: 'nfl' as const,
  home: first.home.name,
  away: first.away.name,
  startTimeMs: first.startTimeMs,
};

describe('the directory', () => {
  it('maps both markets of every game, asks for the events of a series once, and keeps the evidence', async () => {
    const { directory, transport, telemetry } = desk();
    expect(directory.report()).toEqual({
      games: 0,
      markets: 0,
      checked: [],
      unmapped: [],
      starts: [],
    });
    const entries = await directory.read();
    expect(entries).toMatchObject({
      kind: 'read',
      value: Array.from({ length: 6 }, () => ({ mapping: { league: 'nfl' } })),
    });
    const events = transport.requests.filter(
      ({ path, query }) => path === '/events' && query['status'] === 'open',
    );
    expect(events).toHaveLength(1);
    const { checked, ...counts } = directory.report();
    expect(counts).toEqual({ games: 3, markets: 6, unmapped: [], starts: [] });
    expect(checked[0]).toMatchObject({ tie: 'half', settlementSources: [{ name: 'NFL' }] });
    expect(telemetry.lines().at(-1)).toMatchObject({
      event: 'directory_read',
      fields: { games: 3, markets: 6, unmapped: 0 },
    });
  });

  it('counts what it could not map by league and code, and follows of it only what is held', async () => {
    const { directory, list, telemetry } = desk();
    list(listings.slice(1));
    expect(await directory.read()).toMatchObject({ value: { length: 4 } });
    expect(telemetry.lines().at(-1)?.fields).toMatchObject({
      unmapped: 2,
      'unmapped.nfl.no_such_game': 2,
    });
    const ticker = directory.report().unmapped[0]!.market;
    const holding = desk({ held: [ticker], series: ['KXOTHER'] });
    holding.list(listings.slice(1));
    expect(await holding.directory.read()).toMatchObject({
      value: [{ market: { ticker }, mapping: null }],
    });
  });

  it('maps a held market that discovery left out', async () => {
    const { market } = marketsOfGame(first, OPEN_MS)[0]!;
    const { directory } = desk({ held: [market.ticker], series: ['KXOTHER'] });
    expect(await directory.read()).toMatchObject({
      value: [{ market: { ticker: market.ticker }, mapping: { gameId: first.gameId } }],
    });
  });

  it('says nothing when the scoreboard or the exchange’s events cannot be read', async () => {
    const blind = desk();
    blind.lose();
    expect(await blind.directory.read()).toEqual({ kind: 'unavailable', reason: 'down' });
    const deaf = desk();
    const request = deaf.transport.request.bind(deaf.transport);
    deaf.transport.request = (one) =>
      one.path === '/events' && one.query['status'] === 'open'
        ? Promise.resolve({ kind: 'failed', cause: 'timeout' })
        : request(one);
    expect((await deaf.directory.read()).kind).toBe('unavailable');
  });

  it('refuses a game whose start the odds feed has at another time, until it agrees', async () => {
    const { directory } = desk();
    await directory.read();
    expect(
      directory.gameIdOf('boltodds', { ...said, home: said.away, away: said.home }),
    ).toBeNull();
    expect(
      directory.gameIdOf('boltodds', { ...said, startTimeMs: said.startTimeMs - 5 * HOUR_MS }),
    ).toBeNull();
    await directory.read();
    expect(directory.report().unmapped.map(({ refusal }) => refusal)).toMatchObject(
      Array.from({ length: 2 }, () => ({
        code: 'start_differs',
        source: 'odds_feed',
        isZoneSuspected: true,
      })),
    );
    expect(directory.gameIdOf('boltodds', said)).toBe(first.gameId);
    expect(
      directory.gameIdOf('boltodds', { ...said, startTimeMs: said.startTimeMs + HOUR_MS }),
    ).toBeNull();
    await directory.read();
    const { unmapped, checked } = directory.report();
    expect(unmapped).toEqual([]);
    expect(checked.find(({ gameId }) => gameId === first.gameId)?.start.confirmedBy).toEqual([
      'odds_feed',
    ]);
  });

  it('does not hold tomorrow’s game of the same teams against today’s', async () => {
    const { directory } = desk();
    await directory.read();
    const tomorrow = { ...said, startTimeMs: said.startTimeMs + 24 * HOUR_MS };
    expect(directory.gameIdOf('boltodds', tomorrow)).toBeNull();
    await directory.read();
    expect(directory.report()).toMatchObject({ unmapped: [], starts: [] });
  });

  it('forgets what the odds feed said of a start that has moved since', async () => {
    const { directory, list } = desk();
    await directory.read();
    directory.gameIdOf('boltodds', said);
    const movedMs = first.startTimeMs + 3 * HOUR_MS;
    list(
      listings.map((one) => (one.gameId === first.gameId ? { ...one, startTimeMs: movedMs } : one)),
    );
    await directory.read();
    expect(directory.report().unmapped).toEqual([]);
  });

  it('follows a market on without a game while it seems to be about another one than before', async () => {
    const { market } = marketsOfGame(first, OPEN_MS)[0]!;
    const { directory, list } = desk();
    await directory.read();
    const other = `${first.gameId}-401`;
    list(listings.map((one) => (one.gameId === first.gameId ? { ...one, gameId: other } : one)));
    const mappingOf = async () => {
      const read = await directory.read();
      if (read.kind === 'unavailable') throw new Error(read.reason);
      return read.value.find((one) => one.market.ticker === market.ticker)?.mapping;
    };
    expect([await mappingOf(), await mappingOf()]).toEqual([null, null]);
    expect(directory.report().unmapped.map(({ refusal }) => refusal)).toEqual(
      Array.from({ length: 2 }, () => ({ code: 'game_changed', was: first.gameId, now: other })),
    );
    list(listings);
    expect(await mappingOf()).toMatchObject({ gameId: first.gameId });
  });

  it('follows an open market on without a game when that is no longer certain, held or not', async () => {
    const { market } = marketsOfGame(first, OPEN_MS)[0]!;
    const { directory, list } = desk();
    await directory.read();
    list(listings.slice(1));
    const lost = await directory.read();
    if (lost.kind === 'unavailable') throw new Error(lost.reason);
    const without = lost.value.filter(({ mapping }) => mapping === null);
    expect(lost.value).toHaveLength(6);
    expect(without.map(({ market: { ticker } }) => ticker)).toContain(market.ticker);
    list(listings);
    const again = await directory.read();
    expect(again).toMatchObject({ value: Array.from({ length: 6 }, () => ({ mapping: {} })) });
    // A new process knows of no earlier mapping, only of the position; the market is open and passes the filters.
    const restarted = desk({ held: [market.ticker] });
    restarted.list(listings.slice(1));
    const found = await restarted.directory.read();
    if (found.kind === 'unavailable') throw new Error(found.reason);
    expect(found.value.filter(({ mapping }) => mapping === null)).toMatchObject([
      { market: { ticker: market.ticker } },
    ]);
  });

  it('knows no game of a sport that is none of ours, whatever its teams are called', async () => {
    const { directory } = desk();
    await directory.read();
    expect(directory.gameIdOf('boltodds', { ...said, league: null })).toBeNull();
    expect(directory.gameIdOf('boltodds', { ...said, league: 'ncaaf' })).toBeNull();
  });

  it('tells of a feed that seems to have changed its zone, once, and when it is over', async () => {
    const { directory, telemetry } = desk();
    await directory.read();
    const off = (game: (typeof games)[number], hours: number) =>
      directory.gameIdOf('boltodds', {
        league: 'nfl',
        home: game.home.name,
        away: game.away.name,
        startTimeMs: game.startTimeMs + hours * HOUR_MS,
      });
    for (const game of games) expect(off(game, -5)).toBeNull();
    await directory.read();
    await directory.read();
    const tellings = () => telemetry.lines().filter(({ event }) => event === 'odds_zone_suspected');
    expect(tellings()).toMatchObject([
      { level: 'critical', fields: { feed: 'boltodds', zoneSuspected: 3, isZoneSwitch: true } },
    ]);
    expect(directory.report().starts).toEqual([
      { feed: 'boltodds', checked: 3, agree: 0, zoneSuspected: 3, differ: 0, isZoneSwitch: true },
    ]);
    for (const game of games) off(game, 0);
    await directory.read();
    expect(tellings().map(({ level }) => level)).toEqual(['critical', 'info']);
  });
});
