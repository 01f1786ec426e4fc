import { describe, expect, it, onTestFinished } from 'vitest';
import { startBalldontlieServer } from '../../local/venues/balldontlie-server.ts';
import {
  BalldontlieScoreboard,
  type BalldontlieOptions,
} from '../../shared/adapters/balldontlie/balldontlie-scoreboard.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { FrameRefusal } from '../../shared/ports/market-data.ts';
import type { GameFinding, SourceDown } from '../../shared/ports/streams.ts';
import {
  BalldontlieVenue,
  type BalldontlieVenueOptions,
} from '../../shared/simulator/games/balldontlie-venue.ts';
import { nbaEvening } from '../../shared/simulator/games/nba-evening.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { ManualTimers } from '../support/manual-timers.ts';

const API_KEY = 'k3y+that/nobody may-read';
/** 2026-11-22 19:30 Eastern. */
const START_MS = Date.UTC(2026, 10, 23, 0, 30);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const LIVE_MS = START_MS + 20 * MINUTE_MS;
const GAMES = nbaEvening(seededRng(11), { games: 5, startTimeMs: START_MS });
const [FIRST] = GAMES;
const FIRST_ID = `nba-2026-11-22-${FIRST?.visitor.abbreviation}-${FIRST?.home.abbreviation}`;

async function openWorld(
  nowMs: number,
  options: {
    readonly venue?: Partial<BalldontlieVenueOptions>;
    readonly board?: Partial<BalldontlieOptions>;
  } = {},
) {
  const timers = new ManualTimers(nowMs);
  const venue = new BalldontlieVenue({
    nowMs: () => timers.nowMs(),
    games: GAMES,
    apiKey: API_KEY,
    requestsPerMinute: 600,
    hasBoxScores: false,
    ...options.venue,
  });
  const server = await startBalldontlieServer({ venue, timers, port: 0 });
  onTestFinished(() => server.close());
  const board = new BalldontlieScoreboard({
    baseUrl: server.url,
    apiKey: API_KEY,
    timers,
    timeoutMs: 10_000,
    maxBytes: 20_000,
    breaker: { failures: 3, openMs: 30_000 },
    requestsPerMinute: 600,
    ...options.board,
  });
  onTestFinished(() => board.close());
  const states: GameState[] = [];
  const findings: GameFinding[] = [];
  const refusals: FrameRefusal[] = [];
  const downs: SourceDown[] = [];
  let ups = 0;
  const open = (): Promise<void> => {
    board.open({
      onState: (state) => states.push(state),
      onFinding: (finding) => findings.push(finding),
      onRefused: (refusal) => refusals.push(refusal),
      onDown: (why) => downs.push(why),
      onUp: () => (ups += 1),
    });
    return timers.passAndSettle(0);
  };
  const everything = (): string => JSON.stringify([states, findings, refusals, downs]);
  return {
    timers,
    venue,
    board,
    states,
    findings,
    refusals,
    downs,
    ups: () => ups,
    open,
    everything,
  };
}

async function opened(nowMs: number, options?: Parameters<typeof openWorld>[1]) {
  const world = await openWorld(nowMs, options);
  await world.open();
  return world;
}

describe('games', () => {
  it('are listed by our codes, all pages of them, in one look', async () => {
    const { board, venue } = await openWorld(START_MS - HOUR_MS, { venue: { mostPerPage: 2 } });
    const listings = await board.listings();
    expect(venue.asked).toHaveLength(3);
    expect(listings.kind === 'read' && listings.value).toHaveLength(5);
    expect(listings.kind === 'read' && listings.value[0]).toMatchObject({
      gameId: FIRST_ID,
      league: 'nba',
      startTimeMs: START_MS,
      startConfirmed: true,
      easternDate: '2026-11-22',
    });
  });

  it('are states of our words, before, during and after', async () => {
    const world = await opened(START_MS - MINUTE_MS);
    const last = () => world.states.findLast(({ gameId }) => gameId === FIRST_ID);
    expect(last()).toMatchObject({
      source: 'balldontlie',
      phase: 'pregame',
      startTimeMs: START_MS,
    });
    await world.timers.passAndSettle(2 * MINUTE_MS);
    expect(last()).toMatchObject({ phase: 'live', period: 1 });
    expect(last()?.clockSeconds).toBeLessThan(720);
    for (let hour = 0; hour < 3; hour += 1) await world.timers.passAndSettle(HOUR_MS);
    expect(last()).toMatchObject({ phase: 'final', period: 4, clockSeconds: null });
    expect(world.refusals).toEqual([]);
    expect(world.findings).toEqual([]);
  });

  it('that are postponed are off and never over', async () => {
    const games = GAMES.map((game) => ({ ...game, isPostponed: true }));
    const { states } = await opened(LIVE_MS, { venue: { games } });
    expect(new Set(states.map(({ phase }) => phase))).toEqual(new Set(['off']));
  });

  it('of older answers have a start before the game only, and keep it', async () => {
    const world = await opened(START_MS - MINUTE_MS, { venue: { form: 'older' } });
    await world.timers.passAndSettle(2 * MINUTE_MS);
    expect(world.states.at(-1)).toMatchObject({ phase: 'live', startTimeMs: START_MS });
    const late = await openWorld(LIVE_MS, { venue: { form: 'older' } });
    const listings = await late.board.listings();
    expect(listings.kind === 'read' && listings.value[0]).toMatchObject({
      gameId: FIRST_ID,
      startConfirmed: false,
    });
  });

  it('at a word that is not known are not told of', async () => {
    const world = await openWorld(LIVE_MS, { venue: { form: 'older' } });
    const changed = { kind: 'live', period: 0, clockSeconds: 1 } as const;
    world.venue.tellOtherwise(GAMES[0]?.id ?? 0, (game) => ({ ...game, standing: changed }));
    await world.open();
    expect(world.states.map(({ gameId }) => gameId)).not.toContain(FIRST_ID);
    expect(world.states).toHaveLength(4);
    expect(world.refusals).toMatchObject([{ code: 'unknown_type' }]);
  });

  it('whose score goes down are told, and the score waits for a second look', async () => {
    const world = await opened(LIVE_MS);
    const before = world.states.findLast(({ gameId }) => gameId === FIRST_ID)?.homeScore ?? 0;
    world.venue.tellOtherwise(GAMES[0]?.id ?? 0, (game) => ({ ...game, homeScore: 1 }));
    await world.timers.passAndSettle(15 * SECOND_MS);
    const scores = () =>
      world.states.filter(({ gameId }) => gameId === FIRST_ID).map(({ homeScore }) => homeScore);
    expect(scores().at(-1)).toBe(before);
    expect(world.findings).toMatchObject([{ finding: { code: 'score_went_down' } }]);
    await world.timers.passAndSettle(15 * SECOND_MS);
    expect(scores().at(-1)).toBe(1);
  });
});

describe('looks', () => {
  it.each([
    ['in play', LIVE_MS, 15 * SECOND_MS],
    ['near the start', START_MS - 5 * MINUTE_MS, MINUTE_MS],
    ['hours before', START_MS - 5 * HOUR_MS, 10 * MINUTE_MS],
    ['after the last game', START_MS + 4 * HOUR_MS, HOUR_MS],
  ])('%s are as far apart as matters', async (_, nowMs, intervalMs) => {
    const world = await opened(nowMs);
    const asked = world.venue.asked.filter((path) => path.endsWith('/games')).length;
    await world.timers.passAndSettle(intervalMs - 1);
    expect(world.venue.asked.filter((path) => path.endsWith('/games'))).toHaveLength(asked);
    await world.timers.passAndSettle(1);
    expect(world.venue.asked.filter((path) => path.endsWith('/games'))).toHaveLength(asked + 1);
  });

  it('stay within what the plan allows, listings among them', async () => {
    const plan = { requestsPerMinute: 5 };
    const world = await opened(LIVE_MS, { venue: plan, board: plan });
    for (let look = 0; look < 12; look += 1) {
      if (look % 3 === 0) await world.board.listings();
      await world.timers.passAndSettle(15 * SECOND_MS);
    }
    expect(world.venue.asked.length).toBeLessThanOrEqual(20);
    expect(world.venue.asked.length).toBeGreaterThan(11);
    expect(world.refusals.filter(({ detail }) => detail.includes('429'))).toEqual([]);
  });

  it('ask for box scores where the plan has them, and once where it has not', async () => {
    const paid = await opened(LIVE_MS, { venue: { hasBoxScores: true } });
    await paid.timers.passAndSettle(MINUTE_MS);
    expect(paid.venue.asked.filter((path) => path.endsWith('/live'))).toHaveLength(2);
    const free = await opened(LIVE_MS);
    await free.timers.passAndSettle(MINUTE_MS);
    expect(free.venue.asked.filter((path) => path.endsWith('/live'))).toHaveLength(1);
    expect(free.downs).toEqual([]);
    expect(free.states).toHaveLength(10);
  });
});

describe('failures', () => {
  it('a key that is not known is told at once, and not tried again for an hour', async () => {
    const world = await opened(LIVE_MS, { board: { apiKey: 'another' } });
    expect(world.downs).toEqual([{ code: 'unauthorized', detail: 'HTTP 401 Unauthorized' }]);
    expect(await world.board.listings()).toMatchObject({
      reason: expect.stringContaining('breaker_open') as string,
    });
    await world.timers.passAndSettle(HOUR_MS - 1);
    expect(world.venue.asked).toHaveLength(1);
  });

  it('three in a row open the breaker; one trial request closes it', async () => {
    const world = await openWorld(LIVE_MS);
    world.venue.faults.plan({ kind: 'server_error', status: 502 }, /./, 4);
    await world.open();
    for (let look = 0; look < 2; look += 1) await world.timers.passAndSettle(15 * SECOND_MS);
    expect(world.downs.map(({ code }) => code)).toEqual(['breaker_open']);
    expect(world.venue.asked).toHaveLength(3);
    await world.timers.passAndSettle(30 * SECOND_MS);
    expect(world.venue.asked).toHaveLength(4);
    await world.timers.passAndSettle(30 * SECOND_MS);
    expect(world.ups()).toBe(1);
    expect(world.states).toHaveLength(5);
  });

  it('too many requests are followed by a pause, and are no failure', async () => {
    const world = await openWorld(LIVE_MS);
    world.venue.faults.plan({ kind: 'too_many_requests' }, /./, 4);
    await world.open();
    for (let look = 0; look < 4; look += 1) await world.timers.passAndSettle(80 * SECOND_MS);
    expect(world.downs).toEqual([]);
    expect(world.states).toHaveLength(5);
  });

  it.each([
    ['is not JSON', { kind: 'not_json' }, 'not_json'],
    ['is too long', { kind: 'oversized', bytes: 20_000 }, 'oversized'],
    ['is dropped', { kind: 'drop', after: 'half' }, 'feed_error'],
  ] as const)('an answer that %s is refused, and the next one counts', async (_, fault, code) => {
    const world = await openWorld(LIVE_MS);
    world.venue.faults.plan(fault);
    await world.open();
    expect(world.refusals).toMatchObject([{ code }]);
    await world.timers.passAndSettle(15 * SECOND_MS);
    expect(world.states).toHaveLength(5);
    expect(world.downs).toEqual([]);
  });

  it('a calendar that was not empty and is now is not believed', async () => {
    const world = await opened(LIVE_MS);
    world.venue.faults.plan({ kind: 'empty' });
    await world.timers.passAndSettle(15 * SECOND_MS);
    expect(world.downs).toEqual([{ code: 'empty', detail: 'it lists no game any more' }]);
    await world.timers.passAndSettle(HOUR_MS);
    expect(world.ups()).toBe(1);
  });

  it('a calendar whose days have passed may be empty', async () => {
    const world = await opened(LIVE_MS);
    await world.timers.passAndSettle(3 * 24 * HOUR_MS);
    expect(world.venue.asked.length).toBeGreaterThan(1);
    expect(world.downs).toEqual([]);
  });

  it('a cursor that leads nowhere new ends the look', async () => {
    const { board, venue } = await openWorld(LIVE_MS);
    venue.stickCursor();
    expect(await board.listings()).toEqual({
      kind: 'unavailable',
      reason: expect.stringMatching(/^balldontlie: malformed: the cursor \d+ came twice$/),
    });
    expect(venue.asked).toHaveLength(2);
  });

  it('keys are in nothing that is told', async () => {
    const world = await openWorld(LIVE_MS, { venue: { apiKey: 'another' } });
    await world.open();
    const told = `${world.everything()}${JSON.stringify([await world.board.listings(), await world.board.probe()])}`;
    expect(told).toContain('401');
    for (const spelling of [API_KEY, encodeURIComponent(API_KEY)])
      expect(told).not.toContain(spelling);
    expect(told).not.toContain('127.0.0.1');
  });
});

it('a probe tells whether the key is known and whether there are games', async () => {
  const { board } = await openWorld(LIVE_MS);
  expect(await board.probe()).toEqual({
    feed: 'balldontlie',
    auth: 'ok',
    coverage: { asked: ['nba'], seen: ['nba'] },
    newestAgeMs: null,
    quota: null,
    problem: null,
  });
  const refused = await openWorld(LIVE_MS, { board: { apiKey: 'another' } });
  expect(await refused.board.probe()).toMatchObject({
    auth: 'refused',
    problem: expect.stringContaining('put a valid key'),
  });
});
