import { describe, expect, it } from 'vitest';
import { BoltCatalogue } from '../../../../shared/adapters/boltodds/bolt-catalogue.ts';
import { BoltLivescores } from '../../../../shared/adapters/boltodds/bolt-livescores.ts';
import { probeBolt } from '../../../../shared/adapters/boltodds/probe-bolt.ts';
import type { Timers } from '../../../../shared/ports/timers.ts';
import { Breaker } from '../../../../shared/domain/feeds/breaker.ts';
import type { CoverageReport } from '../../../../shared/domain/feeds/coverage.ts';
import type { GameState } from '../../../../shared/domain/market/game-state.ts';
import type { GameId } from '../../../../shared/domain/market/market.ts';
import { FEED_ODDITIES } from '../../../../shared/simulator/sportsbooks/feed-oddities.ts';
import { FAST, openOdds, serveOdds, TOKEN, type OddsFeed } from '../../../support/odds-feed.ts';
import { machineTimers } from '../../../support/stream-log.ts';

/** The machine's timers in another year. */
function timersAt(nowMs: number): Timers {
  const timers = machineTimers();
  const offsetMs = nowMs - timers.nowMs();
  return {
    nowMs: () => timers.nowMs() + offsetMs,
    at: (timeMs, label, task) => timers.at(timeMs - offsetMs, label, task),
    after: (delayMs, label, task) => timers.after(delayMs, label, task),
    cancel: (handle) => timers.cancel(handle),
    sleep: (ms) => timers.sleep(ms),
  };
}

const quick = () => new Breaker({ failures: 3, openMs: 80 });

/** The feed says nothing, and lists the games of some sports near their start; some of them are over. */
async function silent(sports: readonly string[], isOver: (gameId: GameId) => boolean) {
  const feed = await serveOdds(['silent']);
  const reports: CoverageReport[] = [];
  const catalogue = catalogueOf(feed);
  const log = openOdds(feed, {
    timers: timersAt(feed.match.match.startTimeMs),
    breaker: quick(),
    coverage: {
      withinMs: 60,
      listed: async () => {
        const read = await catalogue.games();
        if (read.kind !== 'read') return read;
        const games = read.value.games.filter(({ sport }) => sports.includes(sport));
        return { ...read, value: { ...read.value, games } };
      },
      isOver,
      onReport: (report) => reports.push(report),
    },
  });
  return { feed, log, reports };
}

describe('the odds feed, whole', () => {
  it('brings four books and a draw, and reports that all that was asked for came', async () => {
    const feed = await serveOdds();
    const reports: CoverageReport[] = [];
    const filters = { sportsbooks: ['pinnacle', 'draftkings', 'fanduel', 'betmgm', 'kalshi'] };
    const log = openOdds(feed, {
      filters,
      coverage: { withinMs: 400, onReport: (report) => reports.push(report) },
    });
    await log.until(
      () => log.replaced().length === 10,
      'two games of four books, one match of two',
    );
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]).toMatchObject({
      requestedBooks: ['pinnacle', 'draftkings', 'fanduel', 'betmgm'],
      missing: [],
    });
    const sides = log.legs().filter(({ gameId }) => gameId === feed.match.match.gameId);
    expect(new Set(sides.map(({ side }) => side))).toEqual(new Set(['home', 'draw', 'away']));
    const inverse = sides
      .filter(({ source }) => source === 'pinnacle')
      .map(({ quote }) => (quote.kind === 'quoted' ? 1 / quote.decimalOdds : 0));
    expect(inverse.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1.025, 2);
    expect([log.downs, log.refusals]).toEqual([[], []]);
  });

  it('that is misspelt is silence: it goes down as empty, and what is missing is told', async () => {
    const feed = await serveOdds();
    const reports: CoverageReport[] = [];
    const log = openOdds(feed, {
      filters: { sportsbooks: ['Pinnacle'] },
      coverage: { withinMs: 60, onReport: (report) => reports.push(report) },
    });
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]?.missing).toEqual([{ book: 'pinnacle', game: null }]);
    expect(log.downs.map(({ code }) => code)).toEqual(['empty']);
  });

  it('that lists a game of which nothing comes has it missing, of each book', async () => {
    const feed = await serveOdds();
    const reports: CoverageReport[] = [];
    const catalogue = catalogueOf(feed);
    openOdds(feed, {
      timers: timersAt(feed.match.match.startTimeMs),
      filters: { sports: ['NFL', 'EPL'], sportsbooks: ['fanduel'] },
      coverage: {
        withinMs: 200,
        listed: () => catalogue.games(),
        onReport: (report) => reports.push(report),
      },
    });
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]?.requestedGames).toHaveLength(3);
    expect(reports[0]?.missing).toEqual([{ book: 'fanduel', game: feed.match.match.gameId }]);
  });

  describe.each([
    ['lists no game of what is followed', [], []],
    ['lists games that are over or off', ['NFL'], 'all'],
  ] as const)('that %s', (_, sports, over) => {
    it('is not down for its silence, and lacks nothing', async () => {
      const { log, reports, feed } = await silent(sports, () => over === 'all');
      await expect.poll(() => reports.length).toBe(1);
      expect(log.downs).toEqual([]);
      expect(reports[0]).toMatchObject({ requestedGames: [], missing: [] });
      // Nor has it failed when it drops: its breaker stays closed.
      for (const drops of [1, 2, 3]) {
        feed.server.dropStreams();
        await log.until(() => log.connects === drops + 1, 'another connection');
        await expect.poll(() => reports.length).toBe(drops + 1);
      }
      expect(log.downs).toEqual([]);
    });
  });

  it('that lists a game that is not over is down for its silence, whatever else is over', async () => {
    let ended = new Set<GameId>();
    const { log, reports, feed } = await silent(['NFL'], (gameId) => ended.has(gameId));
    const [first, second] = feed.games.map(({ gameId }) => gameId);
    ended = new Set([first!]);
    await expect.poll(() => log.downs.map(({ code }) => code)).toEqual(['empty']);
    await expect.poll(() => reports.length).toBe(1);
    expect(reports[0]?.requestedGames).toEqual([second]);
    expect(reports[0]?.missing.map(({ book }) => book)).toEqual(['pinnacle', 'draftkings']);
    ended = new Set([first!, second!]);
    feed.server.dropStreams();
    await expect.poll(() => log.ups).toBe(1);
  });

  it('is asked for everything again now and then, and what is not said again is taken back', async () => {
    const feed = await serveOdds();
    const log = openOdds(feed, {
      resyncMs: 80,
      coverage: { withinMs: 40, onReport: () => undefined },
    });
    await log.until(() => log.replaced().length >= 8, 'the state twice');
    expect([log.connects, log.removed()]).toEqual([1, []]);
    feed.server.setOddities(['flipped_duplicates', 'utc_times']);
    await log.until(() => log.removed().length === 4, 'all that is not ours any more');
  });
});

describe('an odd feed', () => {
  it.each([['late_ack'], ['array_frames'], ['action_ping']] as const)(
    '%s: brings the same',
    async (oddity) => {
      const feed = await serveOdds([oddity]);
      const log = openOdds(feed);
      await log.until(() => log.connects === 1, 'a connection');
      await feed.pass(20_000);
      await log.until(() => log.replaced().length === 4, 'two games of two books');
      await feed.pass(60_000);
      await log.until(() => log.events.some(({ kind }) => kind === 'legs'), 'a change');
      expect(log.refusals).toEqual([]);
    },
  );

  it('flipped_duplicates: never prices a side by the other', async () => {
    const straight = openOdds(await serveOdds());
    const log = openOdds(await serveOdds(['flipped_duplicates']));
    for (const each of [straight, log])
      await each.until(() => each.replaced().length === 4, 'two games of two books');
    const said = (from: typeof log) =>
      from.legs().map(({ source, gameId, side, quote }) => ({ source, gameId, side, quote }));
    expect(said(log)).toEqual(said(straight));
  });

  it('duplicates: counts the label that sorts first, and says so once for each game', async () => {
    const log = openOdds(await serveOdds(['duplicates']));
    await log.until(() => log.replaced().length === 4, 'two games of two books');
    expect(log.refusals).toHaveLength(2);
    expect(log.refusals[0]?.detail).toContain('is listed twice');
  });

  it('empty_odds: suspends both sides of that book alone', async () => {
    const log = openOdds(await serveOdds(['empty_odds']));
    await log.until(() => log.replaced().length === 4, 'two games of two books');
    const kinds = log.legs().map(({ source, quote }) => `${source} ${quote.kind}`);
    expect(new Set(kinds)).toEqual(new Set(['pinnacle quoted', 'draftkings suspended']));
  });

  it('cut_burst: tells that the connection is gone, and gets the whole state again', async () => {
    const log = openOdds(await serveOdds(['cut_burst']));
    await log.until(() => log.replaced().length === 2 + 4, 'half of the state, then all of it');
    expect([log.connects, log.disconnects.length]).toEqual([2, 1]);
  });

  it('utc_times: maps no game, for no start agrees with the scoreboard', async () => {
    const log = openOdds(await serveOdds(['utc_times']));
    await log.until(() => log.events.length >= 4, 'the whole state');
    expect([log.legs(), log.replaced()]).toEqual([[], []]);
  });

  it('kalshi_book: has no leg of an exchange', async () => {
    const log = openOdds(await serveOdds(['kalshi_book']), { filters: {} });
    await log.until(() => log.replaced().length === 10, 'all books');
    const sources = new Set(log.legs().map(({ source }) => source));
    expect(sources).toEqual(new Set(['pinnacle', 'draftkings', 'fanduel', 'betmgm']));
  });

  it('book_drops_out: takes its games back', async () => {
    const feed = await serveOdds(['book_drops_out']);
    const log = openOdds(feed);
    await log.until(() => log.replaced().length === 4, 'two games of two books');
    await feed.pass(60_000);
    await log.until(() => log.removed().length === 2, 'two games removed');
    expect(log.removed().every((pair) => pair.startsWith('draftkings '))).toBe(true);
  });

  it('unknown_action: takes back what it names', async () => {
    const feed = await serveOdds(['unknown_action']);
    const log = openOdds(feed);
    await log.until(() => log.replaced().length === 4, 'two games of two books');
    await feed.pass(30_000);
    await log.until(() => log.removed().length > 0, 'a scope taken back');
    expect(log.refusals[0]).toMatchObject({ code: 'unknown_type', detail: 'clear_game' });
  });

  it.each([
    ['denied', 'unauthorized'],
    ['forbidden', 'denied'],
    ['error_frame', 'denied'],
  ] as const)('%s: is down until a trial after the open time', async (oddity, code) => {
    const feed = await serveOdds([oddity]);
    const log = openOdds(feed, { breaker: quick() });
    await expect.poll(() => log.downs.map((down) => down.code)).toEqual([code]);
    expect(log.legs()).toEqual([]);
    feed.server.setOddities([]);
    await log.until(() => log.replaced().length === 4, 'the state after the trial');
    expect(log.ups).toBe(1);
    expect(log.told()).not.toContain('nobody');
  });

  it('silent: is down as empty', async () => {
    const log = openOdds(await serveOdds(['silent']), {
      coverage: { withinMs: 40, onReport: () => undefined },
    });
    await expect.poll(() => log.downs.map(({ code }) => code)).toEqual(['empty']);
  });

  it('that cannot be reached opens the breaker, and is left alone', async () => {
    const feed = await serveOdds();
    await feed.server.close();
    const log = openOdds(feed, { breaker: new Breaker({ failures: 2, openMs: 60_000 }) });
    await expect.poll(() => log.downs.map(({ code }) => code)).toEqual(['breaker_open']);
    expect(log.disconnects).toHaveLength(2);
  });

  it('has a test for each of its oddities', () => {
    expect(Object.keys(FEED_ODDITIES)).toHaveLength(15);
  });
});

function catalogueOf(feed: OddsFeed, breaker = quick(), token = TOKEN): BoltCatalogue {
  return new BoltCatalogue({
    baseUrl: feed.server.restUrl,
    token,
    timers: machineTimers(),
    timeoutMs: 1_000,
    maxBytes: 1_000_000,
    breaker,
  });
}

describe('the catalogue of BoltOdds', () => {
  it('lists sports, books, games and markets, and finds filters that would be ignored', async () => {
    const catalogue = catalogueOf(await serveOdds());
    expect(await catalogue.info()).toEqual({
      kind: 'read',
      value: {
        sports: ['NFL', 'EPL'],
        books: ['pinnacle', 'draftkings', 'fanduel', 'betmgm'],
      },
    });
    const games = await catalogue.games();
    expect(games).toMatchObject({ kind: 'read', value: { refused: 0 } });
    expect(
      await catalogue.unknownFilters({
        sports: ['NFL', 'nfl'],
        sportsbooks: ['Pinnacle', 'betfair'],
        markets: ['moneyline'],
      }),
    ).toEqual({
      kind: 'read',
      value: [
        { filter: 'sports', asked: 'nfl', meant: 'NFL' },
        { filter: 'sportsbooks', asked: 'Pinnacle', meant: 'pinnacle' },
        { filter: 'sportsbooks', asked: 'betfair', meant: null },
        { filter: 'markets', asked: 'moneyline', meant: 'Moneyline' },
      ],
    });
  });

  it('tells a refused key without it, and asks no more until the trial', async () => {
    const feed = await serveOdds();
    const secret = 'not-the key&at=all';
    const catalogue = catalogueOf(feed, quick(), secret);
    const first = await catalogue.info();
    const second = await catalogue.games();
    expect(first).toMatchObject({ kind: 'unavailable', down: { code: 'unauthorized' } });
    expect(second).toMatchObject({ kind: 'unavailable', down: { code: 'unauthorized' } });
    expect(JSON.stringify([first, second])).not.toContain('not-the');
  });
});

const look = (feed: OddsFeed, sportsbooks: readonly string[]) =>
  probeBolt({
    catalogue: catalogueOf(feed),
    withinMs: 100,
    stream: {
      wsUrl: feed.server.wsUrl,
      token: TOKEN,
      filters: { sports: ['NFL'], sportsbooks, markets: ['Moneyline'] },
      timers: machineTimers(),
      random: () => 0.5,
      maxFrameBytes: 1_000_000,
      backoff: FAST,
    },
  });

describe('the probe of BoltOdds', () => {
  it('sees what it asks for', async () => {
    expect(await look(await serveOdds(), ['pinnacle'])).toMatchObject({
      feed: 'boltodds',
      auth: 'ok',
      coverage: { asked: ['NFL', 'pinnacle'], seen: ['NFL', 'pinnacle'] },
      newestAgeMs: expect.any(Number) as number,
      problem: null,
    });
  });

  it('says what is misspelt, and what is refused', async () => {
    expect(await look(await serveOdds(), ['Pinnacle'])).toMatchObject({
      auth: 'ok',
      problem: expect.stringContaining('it offers pinnacle') as string,
    });
    expect(await look(await serveOdds(['denied']), ['pinnacle'])).toMatchObject({
      auth: 'refused',
    });
    expect(await look(await serveOdds(['error_frame']), ['pinnacle'])).toMatchObject({
      auth: 'refused',
    });
  });
});

describe('the live scores of BoltOdds', () => {
  it('tell halves, goals by designation and the end of a match', async () => {
    const feed = await serveOdds();
    const states: GameState[] = [];
    const words: string[] = [];
    const scores = new BoltLivescores({
      wsUrl: feed.server.scoresUrl,
      token: TOKEN,
      leagues: ['epl'],
      games: () => feed.listings,
      catalogue: catalogueOf(feed),
      timers: machineTimers(),
      random: () => 0.5,
      maxFrameBytes: 1_000_000,
      backoff: FAST,
      onUnknownPeriod: (word) => words.push(word),
    });
    scores.open({
      onState: (state) => states.push(state),
      onFinding: () => undefined,
      onRefused: () => undefined,
      onDown: () => undefined,
      onUp: () => undefined,
    });
    await expect.poll(() => states.length).toBeGreaterThan(0);
    await feed.pass(125 * 60_000);
    await expect.poll(() => states.at(-1)?.phase).toBe('final');
    await scores.close();
    const { home, away } = feed.match.stateAt(feed.match.finalAtMs).score;
    expect(states.at(-1)).toMatchObject({
      source: 'boltodds',
      gameId: feed.match.match.gameId,
      homeScore: home,
      awayScore: away,
    });
    expect(new Set(states.map(({ phase, period }) => `${phase} ${period}`))).toEqual(
      new Set(['pregame null', 'live 1', 'live 2', 'final null']),
    );
    expect(words).toEqual([]);
  });

  it('list the games of the feed, and confirm none of their starts', async () => {
    const feed = await serveOdds();
    const catalogue = catalogueOf(feed);
    const scores = new BoltLivescores({
      wsUrl: feed.server.scoresUrl,
      token: TOKEN,
      leagues: ['nfl', 'epl'],
      games: () => [],
      catalogue,
      timers: timersAt(feed.match.match.startTimeMs),
      random: () => 0.5,
      maxFrameBytes: 1_000_000,
    });
    const read = await scores.listings();
    if (read.kind !== 'read') throw new Error(read.reason);
    expect(read.value.map(({ gameId }) => gameId).toSorted()).toEqual(
      feed.listings.map(({ gameId }) => gameId).toSorted(),
    );
    expect(read.value.some(({ startConfirmed }) => startConfirmed)).toBe(false);
  });
});
