import { describe, expect, it } from 'vitest';
import { nextMonthMs } from '../../shared/adapters/odds-api/credit-budget.ts';
import { assembleLine } from '../../shared/domain/odds/assembly.ts';
import { STANDARD_LIMITS } from '../../shared/domain/odds/freshness.ts';
import {
  API_KEY,
  ARSENAL,
  BILLS,
  BOOKS,
  NOW_MS,
  openOddsApi,
  quotedGame,
  type OddsApiWorld,
} from '../support/odds-api-world.ts';

const GAME = 'nfl Miami Dolphins at Buffalo Bills';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ODDS = /\/odds$/;

async function opened(options?: Parameters<typeof openOddsApi>[0]): Promise<OddsApiWorld> {
  const world = await openOddsApi(options);
  world.open();
  await world.timers.passAndSettle(0);
  return world;
}

const replaced = ({ log }: OddsApiWorld) =>
  log.events.flatMap((event) => (event.kind === 'replace' ? [event] : []));
const removed = ({ log }: OddsApiWorld) =>
  log.events.flatMap((event) => (event.kind === 'removed' ? [event] : []));
const sourcesOf = (events: readonly { readonly source: string }[]) =>
  events.map(({ source }) => source).toSorted();

describe('odds of a league', () => {
  it('come as a whole statement of each of our books, with the time of the book', async () => {
    const world = await opened();
    expect(sourcesOf(replaced(world))).toEqual(['caesars', 'draftkings', 'pinnacle']);
    const [first] = replaced(world);
    expect(first).toMatchObject({ feed: 'odds_api', gameId: GAME });
    expect(first?.legs.map(({ side }) => side)).toEqual(['home', 'away']);
    for (const { sequence, legs } of replaced(world)) {
      expect(NOW_MS - sequence / 1_000).toBeGreaterThanOrEqual(0);
      expect(NOW_MS - sequence / 1_000).toBeLessThanOrEqual(MINUTE_MS);
      for (const leg of legs) expect(leg.sourceTimeMs).toBe(sequence / 1_000);
    }
    expect(world.downs).toEqual([]);
    expect(world.log.connects).toBe(1);
  });

  it('make a line before the game, and none in play', async () => {
    const world = await opened();
    const legs = replaced(world).flatMap((event) => event.legs);
    const line = (phase: 'pregame' | 'live') =>
      assembleLine({
        legs,
        source: 'pinnacle',
        outcomes: ['home', 'away'],
        phase,
        nowMs: NOW_MS,
        limits: STANDARD_LIMITS,
      });
    expect(line('pregame')).toMatchObject({ kind: 'valid', feed: 'odds_api' });
    expect(line('live')).toEqual({ kind: 'not_in_play' });
  });

  it('have three outcomes where the league has draws', async () => {
    const world = await opened({ venue: { games: [ARSENAL] }, feed: { leagues: ['epl'] } });
    const [first] = replaced(world);
    expect(first?.legs.map(({ side }) => side)).toEqual(['home', 'draw', 'away']);
    expect(first?.legs.every(({ quote }) => quote.kind === 'quoted')).toBe(true);
  });

  it('are asked for again after the interval, for one credit each time', async () => {
    const world = await opened();
    expect(world.oddsAsked()).toBe(1);
    await world.timers.passAndSettle(MINUTE_MS - 1);
    expect(world.oddsAsked()).toBe(1);
    await world.timers.passAndSettle(1);
    expect(world.oddsAsked()).toBe(2);
    expect(world.feed.quota).toEqual({ remaining: 498, used: 2, lastCost: 1 });
  });

  it('are asked for again within the interval when the clock was set back meanwhile', async () => {
    const world = await opened();
    world.timers.setBack(24 * 60 * MINUTE_MS);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.oddsAsked()).toBe(2);
  });

  it('of every tournament of a tour are asked for under its own key', async () => {
    const games = ['paris', 'turin'].map((city) =>
      quotedGame(`tennis_atp_${city}`, `Home of ${city}`, `Away of ${city}`),
    );
    const world = await opened({ venue: { games }, feed: { leagues: ['atp'] } });
    expect(world.oddsAsked()).toBe(2);
    expect(replaced(world).map(({ gameId }) => gameId)).toContain(
      'atp Away of turin at Home of turin',
    );
  });

  it('are not asked for when no game to come is ours', async () => {
    const world = await opened({ feed: { gameIdOf: () => null } });
    await world.timers.passAndSettle(5 * MINUTE_MS);
    expect(world.oddsAsked()).toBe(0);
    expect(world.feed.quota.used).toBe(0);
  });

  it('are not asked for when every game is on, and what was told is taken back', async () => {
    const begun = quotedGame('americanfootball_nfl', 'Jets', 'Bears', {
      commenceMs: NOW_MS + 90_000,
    });
    const world = await opened({ venue: { games: [begun] } });
    for (let minute = 0; minute < 10; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    expect(world.oddsAsked()).toBe(2);
    expect(sourcesOf(removed(world))).toEqual(['caesars', 'draftkings', 'pinnacle']);
    for (const { sequence } of removed(world)) expect(sequence).toBeGreaterThan(NOW_MS * 1_000);
  });

  it('of a game that is on are not used, though the vendor lists them', async () => {
    const on = quotedGame('americanfootball_nfl', 'Jets', 'Bears', { commenceMs: NOW_MS - 1_000 });
    const world = await opened({ venue: { games: [on, BILLS] } });
    expect(new Set(replaced(world).map(({ gameId }) => gameId))).toEqual(new Set([GAME]));
  });
});

describe('what books do', () => {
  it('a book that vanishes is removed with the time of the answer, and comes back', async () => {
    const world = await opened();
    world.venue.setListed('draftkings', BILLS.eventId, false);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(removed(world)).toEqual([
      {
        kind: 'removed',
        feed: 'odds_api',
        source: 'draftkings',
        gameId: GAME,
        sequence: (NOW_MS + MINUTE_MS) * 1_000,
      },
    ]);
    world.venue.setListed('draftkings', BILLS.eventId, true);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(replaced(world).filter(({ source }) => source === 'draftkings')).toHaveLength(2);
    expect(removed(world)).toHaveLength(1);
  });

  it('an absurd price is suspended and told, never a price', async () => {
    const world = await openOddsApi();
    world.venue.quoteAbsurdly('pinnacle', BILLS.eventId);
    world.open();
    await world.timers.passAndSettle(0);
    const pinnacle = replaced(world).find(({ source }) => source === 'pinnacle');
    expect(pinnacle?.legs[0]?.quote).toEqual({ kind: 'suspended' });
    expect(world.log.refusals).toEqual([
      {
        kind: 'refused',
        code: 'malformed',
        detail: `pinnacle of ${BILLS.eventId} home at -100000 is no price before a game`,
      },
    ]);
  });

  it('a book that the vendor does not have is silence, and nothing at all is told as such', async () => {
    const books = BOOKS.filter(({ bookmaker }) => bookmaker !== 'pinnacle');
    const world = await opened({ venue: { books }, feed: { books: ['pinnacle'] } });
    expect(replaced(world)).toEqual([]);
    expect(world.downs).toEqual([
      { code: 'empty', detail: 'games are to come, and nothing is there of pinnacle' },
    ]);
  });

  it('an empty list while games are to come is a source that is down, until it is not empty', async () => {
    const world = await opened();
    world.venue.faults.plan({ kind: 'empty' }, ODDS, 2);
    await world.timers.passAndSettle(MINUTE_MS);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['empty']);
    expect(removed(world)).toHaveLength(3);
    expect(world.log.disconnects).toHaveLength(1);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.ups()).toBe(1);
    expect(world.log.connects).toBe(2);
  });

  it('a game that stands twice is used under neither id', async () => {
    const again = quotedGame('americanfootball_nfl', 'Buffalo Bills', 'Miami Dolphins NFL');
    const world = await opened({
      venue: { games: [BILLS, again] },
      feed: { gameIdOf: ({ home }) => home },
    });
    expect(replaced(world)).toEqual([]);
    expect(world.log.refusals).toMatchObject([
      { detail: 'Buffalo Bills stands 2 times: none of them is used' },
    ]);
  });

  it('one empty league of two takes its own books away only', async () => {
    const world = await opened({
      venue: { games: [BILLS, ARSENAL] },
      feed: { leagues: ['nfl', 'epl'] },
    });
    world.venue.faults.plan({ kind: 'empty' }, /soccer_epl\/odds$/);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs).toEqual([]);
    expect(new Set(removed(world).map(({ gameId }) => gameId))).toEqual(
      new Set(['epl Chelsea at Arsenal']),
    );
  });
});

describe('credits', () => {
  it('are spent down to a reserve and no further', async () => {
    const world = await opened({ venue: { credits: 23 } });
    for (let minute = 0; minute < 10; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    expect(world.oddsAsked()).toBe(3);
    expect(world.venue.creditsLeft).toBe(20);
    expect(world.downs).toEqual([
      { code: 'quota_exhausted', detail: '20 credits are left and kept for checks' },
    ]);
  });

  it('that were bought are found within the hour', async () => {
    const world = await opened({ venue: { credits: 21 } });
    await world.timers.passAndSettle(MINUTE_MS);
    world.venue.buyCredits(100);
    await world.timers.passAndSettle(HOUR_MS);
    expect(world.ups()).toBe(1);
    expect(world.oddsAsked()).toBe(2);
  });

  it('are stretched until the renewal, over all leagues', async () => {
    const world = await opened({
      venue: { games: [BILLS, ARSENAL], credits: 20 + 4 },
      feed: { leagues: ['nfl', 'epl'], renewal: () => NOW_MS + 10 * MINUTE_MS },
    });
    for (let minute = 0; minute < 9; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    // 2 leagues, 4 credits, 10 minutes: each league every five minutes.
    expect(world.oddsAsked()).toBe(4);
    expect(world.downs).toEqual([]);
  });

  it('are new on the first of the month, UTC', () => {
    expect(new Date(nextMonthMs(NOW_MS)).toISOString()).toBe('2026-12-01T00:00:00.000Z');
    expect(new Date(nextMonthMs(Date.UTC(2026, 11, 31, 23))).toISOString()).toBe(
      '2027-01-01T00:00:00.000Z',
    );
  });

  it('a 401 of a used-up quota is told as that, and not asked again', async () => {
    const world = await opened({ venue: { credits: 1 }, feed: { reserveCredits: 0 } });
    world.venue.buyCredits(-5);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['quota_exhausted']);
    const asked = world.venue.asked.length;
    await world.timers.passAndSettle(30 * MINUTE_MS);
    expect(world.venue.asked).toHaveLength(asked);
  });
});

describe('keys', () => {
  it.each([
    ['is not known', 'another', /INVALID_KEY/],
    ['is missing', '', /MISSING_KEY/],
  ])('one that %s is told at once and not tried again', async (_, apiKey, why) => {
    const world = await opened({ feed: { apiKey } });
    expect(world.downs.map(({ code }) => code)).toEqual(['unauthorized']);
    expect(world.downs[0]?.detail).toMatch(why);
    await world.timers.passAndSettle(30 * MINUTE_MS);
    expect(world.venue.asked).toHaveLength(1);
  });

  it('one that is deactivated while it is used is told', async () => {
    const world = await opened();
    world.venue.deactivateKey();
    await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['unauthorized']);
  });

  it('are in nothing that is told, whatever goes wrong, encoded or not', async () => {
    const own = await opened({ venue: { apiKey: 'another' } });
    await own.timers.passAndSettle(HOUR_MS);
    const world = await opened();
    for (const kind of ['drop', 'server_error', 'oversized', 'not_json'] as const) {
      world.venue.faults.plan(
        kind === 'drop'
          ? { kind, after: 'half' }
          : kind === 'server_error'
            ? { kind, status: 502 }
            : kind === 'oversized'
              ? { kind, bytes: 20_000 }
              : { kind },
        ODDS,
      );
      await world.timers.passAndSettle(MINUTE_MS);
    }
    const probe = JSON.stringify([await world.feed.probe(), await own.feed.probe()]);
    const told = `${own.everything()}${world.everything()}${probe}`;
    expect(told).toContain('INVALID_KEY');
    for (const spelling of [API_KEY, encodeURIComponent(API_KEY), API_KEY.replaceAll(' ', '+')])
      expect(told).not.toContain(spelling);
    expect(told).not.toContain('127.0.0.1');
  });
});

describe('failures', () => {
  it('three in a row open the breaker; one trial request closes it', async () => {
    const world = await opened();
    world.venue.faults.plan({ kind: 'server_error', status: 503 }, ODDS, 4);
    for (let minute = 0; minute < 3; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['breaker_open']);
    const asked = world.oddsAsked();
    await world.timers.passAndSettle(29_999);
    expect(world.oddsAsked()).toBe(asked);
    await world.timers.passAndSettle(1);
    expect(world.oddsAsked()).toBe(asked + 1);
    await world.timers.passAndSettle(30_000);
    expect(world.oddsAsked()).toBe(asked + 2);
    expect(world.ups()).toBe(1);
    expect(world.downs).toHaveLength(1);
  });

  it('a list of sports of another form, looked for again and again, is told as a source that fails', async () => {
    const world = await openOddsApi();
    world.venue.faults.plan({ kind: 'not_a_list' }, /sports$/, 3);
    world.open();
    for (let minute = 0; minute < 3; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['breaker_open']);
    for (let minute = 0; minute < 2; minute += 1) await world.timers.passAndSettle(MINUTE_MS);
    expect(world.ups()).toBe(1);
  });

  it('too frequent is left alone for seconds, doubling, and is no failure', async () => {
    const world = await opened();
    world.venue.faults.plan({ kind: 'too_many_requests' }, ODDS, 3);
    await world.timers.passAndSettle(MINUTE_MS);
    for (const [waitMs, asked] of [
      [1_999, 2],
      [1, 3],
      [3_999, 3],
      [1, 4],
      [8_000, 5],
    ] as const) {
      await world.timers.passAndSettle(waitMs);
      expect(world.oddsAsked()).toBe(asked);
    }
    expect(world.downs).toEqual([]);
    expect(world.log.refusals.map(({ code }) => code)).toEqual(Array(3).fill('feed_error'));
  });

  it.each([
    ['an answer that is not JSON', { kind: 'not_json' }, 'not_json'],
    ['an answer that is too long', { kind: 'oversized', bytes: 20_000 }, 'oversized'],
    ['a dropped answer', { kind: 'drop', after: 'nothing' }, 'feed_error'],
  ] as const)('%s is refused, and the next one counts', async (_, fault, code) => {
    const world = await opened();
    world.venue.faults.plan(fault, ODDS);
    world.timers.pass(MINUTE_MS);
    await world.log.until(() => world.log.refusals.length > 0, 'a refusal');
    expect(world.log.refusals.map((refusal) => refusal.code)).toEqual([code]);
    await world.timers.passAndSettle(0);
    await world.timers.passAndSettle(MINUTE_MS);
    await world.log.until(() => replaced(world).length === 6, 'two answers');
    expect(world.downs).toEqual([]);
  });

  it('an answer that never comes is given up', async () => {
    const world = await openOddsApi({ feed: { timeoutMs: 20 } });
    world.venue.faults.plan({ kind: 'silence' }, /./, 10);
    world.open();
    await world.timers.passAndSettle(0);
    expect(world.log.refusals).toEqual([
      { kind: 'refused', code: 'feed_error', detail: 'no whole answer within 20 ms' },
    ]);
  });

  it('a late answer holds the next question up: two never overlap', async () => {
    const world = await opened();
    world.venue.faults.plan({ kind: 'slow', delayMs: 3 * MINUTE_MS }, ODDS);
    await world.timers.passAndSettle(MINUTE_MS);
    await world.timers.passAndSettle(2 * MINUTE_MS);
    expect(world.oddsAsked()).toBe(2);
    await world.timers.passAndSettle(MINUTE_MS);
    expect(replaced(world)).toHaveLength(6);
    await world.timers.passAndSettle(1_000);
    expect(world.oddsAsked()).toBe(3);
  });

  it('nothing is told after the feed is closed', async () => {
    const world = await opened();
    world.venue.faults.plan({ kind: 'silence' }, ODDS);
    world.timers.pass(MINUTE_MS);
    const told = world.everything();
    await world.feed.close();
    expect(world.everything()).toBe(told);
  });
});

describe('a probe', () => {
  it('tells the key, the quota, the books and their age', async () => {
    const world = await openOddsApi({ feed: { books: ['pinnacle', 'fanduel'] } });
    const probe = await world.feed.probe();
    expect(probe).toMatchObject({
      feed: 'odds_api',
      auth: 'ok',
      coverage: { asked: ['pinnacle', 'fanduel'], seen: ['pinnacle'] },
      quota: { remaining: 499, used: 1 },
    });
    expect(probe.newestAgeMs).toBeLessThanOrEqual(MINUTE_MS);
    expect(probe.problem).toMatch(/nothing of fanduel/);
  });

  it('says what to do about a key', async () => {
    const world = await openOddsApi({ feed: { apiKey: 'another' } });
    expect(await world.feed.probe()).toMatchObject({
      auth: 'refused',
      problem: expect.stringMatching(/INVALID_KEY.*put a valid key into its secret/),
      coverage: { seen: [] },
      newestAgeMs: null,
    });
  });
});
