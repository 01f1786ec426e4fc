import { expect, it, onTestFinished } from 'vitest';
import { startScoreboardServer } from '../../local/venues/scoreboard-server.ts';
import { EspnScoreboard } from '../../shared/adapters/espn/espn-scoreboard.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import { LEAGUES } from '../../shared/domain/market/leagues.ts';
import { AnswerFaults } from '../../shared/simulator/faults/answer-faults.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { scriptedDay } from '../../shared/simulator/scoreboards/scripted-day.ts';

async function aBoard(faults = new AnswerFaults(), timeoutMs = 2_000) {
  const failures: unknown[] = [];
  const timers = new MachineTimers({ onError: (error) => failures.push(error) });
  const events = scriptedDay({
    rng: seededRng(4),
    startMs: timers.nowMs() - 60_000,
    gamesPerLeague: 1,
    oddChance: 0,
  });
  const server = await startScoreboardServer({
    games: [],
    events,
    faults,
    timers,
    port: 0,
    lagMs: 0,
    startMs: 0,
  });
  const scoreboard = new EspnScoreboard({
    baseUrl: server.url,
    leagues: LEAGUES,
    timers,
    timeoutMs,
    maxBytes: 1_000_000,
    requestsPerHour: 500,
    liveMs: 15_000,
    breaker: { failures: 3, openMs: 1_000 },
  });
  onTestFinished(async () => {
    await scoreboard.close();
    await server.close();
    timers.close();
    expect(failures).toEqual([]);
  });
  return { scoreboard, server };
}

it('boards of every league come over a socket, packed, and are told', async () => {
  const { scoreboard, server } = await aBoard();
  const states: GameState[] = [];
  const refused: string[] = [];
  scoreboard.open({
    onState: (state) => states.push(state),
    onFinding: () => {},
    onRefused: ({ detail }) => refused.push(detail),
    onDown: ({ detail }) => refused.push(detail),
    onUp: () => {},
  });
  const live = () => states.filter(({ phase }) => phase === 'live').map(({ gameId }) => gameId);
  await expect.poll(() => new Set(live()).size, { interval: 2 }).toBe(LEAGUES.length);
  expect(refused).toEqual([]);
  expect(server.venue.asked).toHaveLength(LEAGUES.length);
  const listed = await scoreboard.listings();
  const gameIds = listed.kind === 'read' ? listed.value.map(({ gameId }) => gameId) : [];
  expect(gameIds).toEqual(expect.arrayContaining(live()));
});

it('a board that is slow, cut off or too large is refused, and says no address', async () => {
  const faults = new AnswerFaults();
  const { scoreboard, server } = await aBoard(faults, 100);
  faults.plan({ kind: 'slow', delayMs: 5_000 }, /nfl/);
  faults.plan({ kind: 'drop', after: 'half' }, /nba/);
  faults.plan({ kind: 'oversized', bytes: 1_000_001 }, /nhl/);
  for (const path of [/mlb/, /college/, /soccer/, /tennis/, /ufc/])
    faults.plan({ kind: 'server_error', status: 502 }, path, 9);
  const read = await scoreboard.listings();
  expect(read.kind).toBe('unavailable');
  const reason = read.kind === 'unavailable' ? read.reason : '';
  expect(reason).toContain('scoreboard: ');
  expect(reason).not.toContain(new URL(server.url).host);
});
