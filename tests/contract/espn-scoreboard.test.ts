import { describe, expect, it } from 'vitest';
import { LEAGUES } from '../../shared/domain/market/leagues.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { playedGame } from '../../shared/simulator/scoreboards/played-game.ts';
import {
  withOddity,
  type BoardOddity,
  type ScriptedEvent,
} from '../../shared/simulator/scoreboards/scripted-event.ts';
import { scriptedDay } from '../../shared/simulator/scoreboards/scripted-day.ts';
import { ScoreboardWorld } from '../support/scoreboard-world.ts';

const KICKOFF = Date.UTC(2026, 10, 22, 18);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GAME = 'nfl-2026-11-22-MIA-BUF';

function aGame(change: { startMs?: number; eventId?: string } = {}): ScriptedEvent {
  return playedGame({
    rng: seededRng(5),
    league: 'nfl',
    eventId: '401',
    home: { id: '2', code: 'BUF', name: 'Buffalo Bills' },
    away: { id: '15', code: 'MIA', name: 'Miami Dolphins' },
    startMs: KICKOFF,
    ...change,
  });
}

async function anOddGame(oddity: BoardOddity, startMs = KICKOFF + 30 * MINUTE_MS) {
  const world = new ScoreboardWorld(startMs, [withOddity(aGame(), oddity)]);
  await world.open();
  return world;
}

it('an event that a board shows twice is one game', async () => {
  const same = new ScoreboardWorld(KICKOFF + HOUR_MS, [aGame(), aGame()]);
  await same.open();
  expect([same.states.map(({ gameId }) => gameId), same.refused]).toEqual([[GAME], []]);
  const other = withOddity(aGame(), { kind: 'postponed', fromMs: 0 });
  const odd = new ScoreboardWorld(KICKOFF + HOUR_MS, [aGame(), other]);
  await odd.open();
  expect(odd.states.map(({ gameId }) => gameId)).toEqual([GAME]);
  expect(odd.refused).toMatchObject([{ code: 'malformed' }]);
});

const codes = (world: ScoreboardWorld) => world.findings.map(({ finding }) => finding.code);

describe('how often a scoreboard is looked at', () => {
  it('slowly before a game, and every 15 s while it is live', async () => {
    const world = new ScoreboardWorld(KICKOFF - 2 * HOUR_MS, [aGame()]);
    await world.open();
    const between = (fromMs: number, untilMs: number) =>
      world.venue.asked.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs).length;
    await world.pass(130 * MINUTE_MS);
    expect(between(KICKOFF - 2 * HOUR_MS, KICKOFF - HOUR_MS)).toBe(6);
    expect(between(KICKOFF - 10 * MINUTE_MS, KICKOFF)).toBe(10);
    expect(between(KICKOFF + 5 * MINUTE_MS, KICKOFF + 10 * MINUTE_MS)).toBe(20);
    await world.scoreboard.close();
    expect(world.timers.nextMs).toBeNull();
  });

  it('not at all after the last game, until a new day in the East may list new ones', async () => {
    const world = new ScoreboardWorld(KICKOFF + 6 * HOUR_MS, [aGame()]);
    await world.open();
    expect(world.statesOf(GAME).at(-1)?.phase).toBe('final');
    await world.pass(8 * HOUR_MS);
    expect(world.venue.asked.map(({ atMs }) => atMs)).toEqual([
      KICKOFF + 6 * HOUR_MS,
      Date.UTC(2026, 10, 23, 5),
    ]);
  });

  it('an unconfirmed start makes it no faster', async () => {
    const world = await anOddGame(
      { kind: 'start_unconfirmed', untilMs: KICKOFF + HOUR_MS },
      KICKOFF - 10 * MINUTE_MS,
    );
    await world.pass(9 * MINUTE_MS);
    expect(world.venue.asked).toHaveLength(1);
    const read = await world.scoreboard.listings();
    expect(read).toMatchObject({ value: [{ gameId: GAME, startConfirmed: false }] });
  });

  it('asks for yesterday to tomorrow in the East, and for all of a college', async () => {
    const day = scriptedDay({
      rng: seededRng(3),
      startMs: KICKOFF,
      gamesPerLeague: 3,
      oddChance: 0,
    });
    const world = new ScoreboardWorld(KICKOFF, day, { leagues: LEAGUES });
    await world.open();
    expect(world.venue.asked.map(({ league }) => league)).toEqual(LEAGUES);
    expect(world.venue.asked.map(({ query }) => query)).toEqual(
      expect.arrayContaining([
        'dates=20261121-20261123',
        'dates=20261121-20261123&groups=80&limit=300',
        'dates=20261121-20261123&groups=50&limit=500',
      ]),
    );
    const listed = await world.scoreboard.listings();
    const games = listed.kind === 'read' ? listed.value : [];
    // No look of its own: the boards were just seen.
    expect(world.venue.asked).toHaveLength(LEAGUES.length);
    const count = (league: string) => games.filter((game) => game.league === league).length;
    expect(LEAGUES.map(count)).toEqual(LEAGUES.map((league) => (/atp|wta/.test(league) ? 6 : 3)));
    expect(new Set(games.map(({ gameId }) => gameId)).size).toBe(games.length);
  });

  it('keeps all leagues within the requests of an hour, listings included', async () => {
    const day = scriptedDay({
      rng: seededRng(3),
      startMs: KICKOFF,
      gamesPerLeague: 1,
      oddChance: 0.3,
    });
    const requestsPerHour = 60;
    const world = new ScoreboardWorld(KICKOFF - 20 * MINUTE_MS, day, {
      leagues: LEAGUES,
      requestsPerHour,
    });
    await world.open();
    for (let look = 0; look < 8; look += 1) {
      await world.pass(10 * MINUTE_MS);
      await world.scoreboard.listings();
    }
    const times = world.venue.asked.map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(requestsPerHour);
    for (const fromMs of times)
      expect(
        times.filter((atMs) => atMs >= fromMs && atMs < fromMs + HOUR_MS).length,
      ).toBeLessThanOrEqual(requestsPerHour);
    expect(Math.max(...world.looks.map(({ lateMs }) => lateMs))).toBeLessThan(100);
  });

  it('a look that is due while the one before is under way is skipped and counted', async () => {
    const world = new ScoreboardWorld(KICKOFF + 5 * MINUTE_MS, [aGame()]);
    await world.open();
    const held = Promise.withResolvers<void>();
    world.hold = held.promise;
    await world.pass(50_000);
    expect(world.looks.map(({ outcome }) => outcome)).toEqual(['board', 'skipped', 'skipped']);
    world.hold = null;
    held.resolve();
    await world.pass(0);
    // It may be as old as the request, and the next look is due at once.
    expect(world.looks.slice(3)).toMatchObject([
      { outcome: 'board', tookMs: 35_000, ageMs: 35_000 },
      { outcome: 'board', tookMs: 0, ageMs: 0 },
    ]);
  });
});

describe('what a board says of a game', () => {
  it('is told as our state of our game', async () => {
    const world = new ScoreboardWorld(KICKOFF + 30 * MINUTE_MS, [aGame()]);
    await world.open();
    const shown = aGame().at(KICKOFF + 30 * MINUTE_MS);
    expect(world.states).toEqual([
      {
        source: 'espn',
        gameId: GAME,
        phase: 'live',
        startTimeMs: KICKOFF,
        homeScore: shown.competitors[0].score,
        awayScore: shown.competitors[1].score,
        period: 1,
        clockSeconds: shown.clock?.seconds,
        sourceTimeMs: KICKOFF + 30 * MINUTE_MS,
        receivedMs: KICKOFF + 30 * MINUTE_MS,
      },
    ]);
    expect(world.scoreboard.ages()).toMatchObject({ count: 1, maxMs: 0 });
  });

  it('postponed is off and never over', async () => {
    const world = await anOddGame({ kind: 'postponed', fromMs: KICKOFF }, KICKOFF - MINUTE_MS);
    await world.pass(HOUR_MS);
    expect(new Set(world.statesOf(GAME).map(({ phase }) => phase))).toEqual(
      new Set(['pregame', 'off']),
    );
  });

  it('a word that is not known stops the game, and is told once', async () => {
    const world = await anOddGame({ kind: 'unknown_status', fromMs: 0, word: 'STATUS_ABANDONED' });
    await world.pass(3 * MINUTE_MS);
    expect(world.statesOf(GAME).every(({ phase }) => phase === 'stopped')).toBe(true);
    expect(world.findings.map(({ finding }) => finding)).toEqual([
      { code: 'status_not_known', word: 'STATUS_ABANDONED' },
    ]);
    expect([...(world.looks[0]?.unknownStatuses ?? [])]).toEqual([['STATUS_ABANDONED', 1]]);
  });

  it('a score that slips for one look is never told', async () => {
    const atMs = KICKOFF + 2 * HOUR_MS;
    const score = aGame().at(atMs).competitors[0].score ?? 0;
    expect(score).toBeGreaterThan(0);
    const world = await anOddGame(
      { kind: 'score_slips', fromMs: atMs + 10_000, untilMs: atMs + 20_000, points: 7 },
      atMs,
    );
    await world.pass(45_000);
    expect(codes(world)).toEqual(['score_went_down']);
    const told = world.statesOf(GAME).map(({ homeScore }) => homeScore ?? -1);
    expect(told).toHaveLength(4);
    expect(Math.min(...told)).toBe(score);
  });

  it('a call that is overturned is told once it was shown twice', async () => {
    const atMs = KICKOFF + 2 * HOUR_MS;
    const world = await anOddGame(
      { kind: 'score_overturned', fromMs: 0, untilMs: atMs + 10_000, points: 7 },
      atMs,
    );
    await world.pass(30_000);
    const [first, second, third] = world.statesOf(GAME).map(({ homeScore }) => homeScore ?? -1);
    expect([second, third]).toEqual([first, (first ?? 0) - 7]);
  });

  it('what a live game lacks is counted with each look and told at the third', async () => {
    const world = await anOddGame({
      kind: 'fields_missing',
      fromMs: 0,
      fields: ['score', 'clock'],
    });
    expect(world.looks[0]?.missing).toEqual({ score: 1, clock: 1 });
    await world.pass(15_000);
    expect(world.findings).toEqual([]);
    await world.pass(60_000);
    expect(world.findings.map(({ finding }) => finding)).toEqual([
      { code: 'field_missing', field: 'score', looks: 3 },
      { code: 'field_missing', field: 'clock', looks: 3 },
    ]);
    expect(world.states[0]).toMatchObject({ homeScore: null, clockSeconds: null });
  });

  it('a start that moves to another day is another game, and the old one is off', async () => {
    const world = await anOddGame(
      { kind: 'start_moved', fromMs: KICKOFF - HOUR_MS, byMs: 24 * HOUR_MS },
      KICKOFF - 2 * HOUR_MS,
    );
    await world.pass(100 * MINUTE_MS);
    expect(
      world
        .statesOf(GAME)
        .map(({ phase }) => phase)
        .at(-1),
    ).toBe('off');
    expect(world.statesOf('nfl-2026-11-23-MIA-BUF').at(-1)?.phase).toBe('pregame');
    expect(codes(world)).toEqual(['start_moved']);
  });

  it('a late game is still shown after midnight in the East', async () => {
    const lateMs = Date.UTC(2026, 10, 23, 3, 20);
    const world = new ScoreboardWorld(Date.UTC(2026, 10, 23, 5, 30), [aGame({ startMs: lateMs })]);
    await world.open();
    expect(world.states).toMatchObject([{ gameId: GAME, phase: 'live' }]);
  });
});

it('a league that had nothing to come is looked at in time for a game that is added to the day', async () => {
  const atMs = KICKOFF - 6 * HOUR_MS;
  const days = 5 * 24 * HOUR_MS;
  const added = withOddity(aGame({ startMs: KICKOFF + days }), {
    kind: 'start_moved',
    fromMs: atMs + HOUR_MS,
    byMs: -days,
  });
  const world = new ScoreboardWorld(atMs, [added]);
  await world.open();
  await world.pass(2 * HOUR_MS);
  expect(await world.scoreboard.listings()).toMatchObject({ value: [{ gameId: GAME }] });
  expect(world.looks).toHaveLength(1);
  await world.pass(4 * HOUR_MS);
  expect(world.statesOf(GAME).at(-1)).toMatchObject({
    startTimeMs: KICKOFF,
    sourceTimeMs: world.timers.nowMs(),
  });
});

describe('a source that fails', () => {
  it('is down when it shows nothing where games were listed, and up when it does again', async () => {
    const world = new ScoreboardWorld(KICKOFF + MINUTE_MS, [aGame()]);
    await world.open();
    world.faults.plan({ kind: 'empty' }, /nfl/, 2);
    await world.pass(30_000);
    expect(world.source).toEqual(['empty']);
    await world.pass(15_000);
    expect(world.source).toEqual(['empty', 'up']);
    // Listings went on with what was known.
    expect(await world.scoreboard.listings()).toMatchObject({ value: [{ gameId: GAME }] });
  });

  it('denied: it is left alone until a trial', async () => {
    const world = new ScoreboardWorld(KICKOFF + MINUTE_MS, [aGame()]);
    await world.open();
    world.venue.isDenying = true;
    await world.pass(100_000);
    expect(world.source).toEqual(['denied']);
    expect(world.venue.asked).toHaveLength(2);
    world.venue.isDenying = false;
    await world.pass(120_000);
    expect(world.source).toEqual(['denied', 'up']);
    expect(world.states.at(-1)?.phase).toBe('live');
  });

  it('failures in a row open the breaker', async () => {
    const world = new ScoreboardWorld(KICKOFF + MINUTE_MS, [aGame()]);
    await world.open();
    world.faults.plan({ kind: 'server_error', status: 503 }, /nfl/, 3);
    await world.pass(100_000);
    expect(world.source).toEqual(['breaker_open']);
    expect(world.venue.asked).toHaveLength(4);
    await world.pass(90_000);
    expect(world.source).toEqual(['breaker_open', 'up']);
  });

  it('that fails when the day changes is not left alone until the next day', async () => {
    const midnight = Date.UTC(2026, 10, 21, 5);
    const world = new ScoreboardWorld(midnight - 12 * HOUR_MS, [aGame()]);
    await world.open();
    world.faults.plan({ kind: 'server_error', status: 503 }, /nfl/, 1);
    await world.pass(12 * HOUR_MS);
    expect(world.looks.map(({ outcome }) => outcome)).toEqual(['board', 'server_error']);
    await world.pass(10 * MINUTE_MS);
    expect(world.looks.at(-1)).toMatchObject({ outcome: 'board', events: 1 });
  });

  it('429: it is left alone for as long as it asks', async () => {
    const world = new ScoreboardWorld(KICKOFF + MINUTE_MS, [aGame()]);
    await world.open();
    world.faults.plan({ kind: 'too_many_requests' });
    await world.pass(44_000);
    expect(world.venue.asked).toHaveLength(2);
    await world.pass(1_000);
    expect(world.venue.asked).toHaveLength(3);
    expect(world.source).toEqual([]);
    expect(world.refused).toHaveLength(1);
  });

  it('429 again and again: it is down before five minutes have passed that nothing was seen', async () => {
    const world = new ScoreboardWorld(KICKOFF + MINUTE_MS, [aGame()]);
    await world.open();
    world.faults.plan({ kind: 'too_many_requests' }, /nfl/, 20);
    await world.pass(5 * MINUTE_MS + 15_000);
    expect(world.source).toEqual(['quota_exhausted']);
    await world.pass(15 * MINUTE_MS);
    expect(world.source).toEqual(['quota_exhausted', 'up']);
  });

  it.each([
    [59_000, 0],
    [61_000, 1],
  ])('a board that lay in a cache for %i ms: refused %i times', async (cachedMs, times) => {
    const world = new ScoreboardWorld(KICKOFF + 5 * MINUTE_MS, [aGame()]);
    world.venue.cachedMs = cachedMs;
    await world.open();
    expect(world.refused).toHaveLength(times);
    expect(world.states).toHaveLength(1 - times);
    if (times === 0) expect(world.states[0]?.sourceTimeMs).toBe(world.timers.nowMs() - cachedMs);
    else expect(world.refused[0]?.detail).toContain('61000 ms old');
  });

  it('a league that cannot be read costs no other, and no listing', async () => {
    const day = scriptedDay({
      rng: seededRng(2),
      leagues: ['nba'],
      startMs: KICKOFF,
      gamesPerLeague: 2,
      oddChance: 0,
    });
    const world = new ScoreboardWorld(KICKOFF, [...day, aGame()], { leagues: ['nfl', 'nba'] });
    world.faults.plan({ kind: 'not_json' }, /nba/, 2);
    expect(await world.scoreboard.listings()).toMatchObject({ value: [{ gameId: GAME }] });
    await world.open();
    expect(world.source).toEqual([]);
    expect(world.refused.map(({ code }) => code)).toEqual(['not_json']);
    expect(world.states.map(({ gameId }) => gameId)).toEqual([GAME]);
  });

  it('tells in a probe what it found', async () => {
    const world = new ScoreboardWorld(KICKOFF, [aGame()], { leagues: ['nfl', 'nba'] });
    expect(await world.scoreboard.probe()).toEqual({
      feed: 'espn',
      auth: 'not_needed',
      coverage: { asked: ['nfl', 'nba'], seen: ['nfl'] },
      newestAgeMs: 0,
      quota: { remaining: 498, used: 2 },
      problem: null,
    });
    world.venue.isDenying = true;
    expect(await world.scoreboard.probe()).toMatchObject({ auth: 'refused' });
  });
});
