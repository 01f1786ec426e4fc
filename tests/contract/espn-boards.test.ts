import { describe, expect, it } from 'vitest';
import { encodeBoard } from '../../shared/adapters/espn/wire/encode.ts';
import {
  decodeScoreboardEvents,
  type ScoreboardEventsRead,
} from '../../shared/adapters/espn/wire/scoreboard-events.ts';
import { LEAGUES, type League } from '../../shared/domain/market/leagues.ts';
import type { ScoreboardEvent } from '../../shared/domain/market/scoreboard-event.ts';
import { checkEvent, compareEvents } from '../../shared/domain/market/scoreboard-quality.ts';
import { seededRng } from '../../shared/simulator/rng.ts';
import { scriptedDay } from '../../shared/simulator/scoreboards/scripted-day.ts';

const START = Date.UTC(2026, 10, 22, 18);
const STEP_MS = 427_000;
const STEPS = 30;

function decode(league: League, text: string, receivedMs: number): ScoreboardEventsRead {
  const read = decodeScoreboardEvents(text, {
    maxBytes: 1_000_000,
    receivedMs,
    asked: { kind: 'league', league },
  });
  if (read.kind === 'refused') throw new Error(read.detail);
  return read;
}

const byId = (a: ScoreboardEvent, b: ScoreboardEvent) => (a.eventId < b.eventId ? -1 : 1);

describe.each(LEAGUES)('a simulated day of %s', (league) => {
  it('is read as it was written, and nothing of it is odd from look to look', () => {
    const day = scriptedDay({
      rng: seededRng(7),
      leagues: [league],
      startMs: START,
      gamesPerLeague: 1,
      oddChance: 0,
    });
    const statuses = new Set<string>();
    let before: readonly ScoreboardEvent[] = [];
    for (let step = -1; step < STEPS; step += 1) {
      const timeMs = START + step * STEP_MS;
      const shown = day.map((one) => ({
        of: one.of,
        event: { ...one.at(timeMs), receivedMs: timeMs },
      }));
      const read = decode(league, encodeBoard(league, shown), timeMs);
      expect(read.refused).toEqual([]);
      const events = read.events.toSorted(byId);
      expect(events).toEqual(shown.map(({ event }) => event).toSorted(byId));
      for (const event of events) statuses.add(event.status);
      expect(events.flatMap((event) => checkEvent(event))).toEqual([]);
      const odd = events.flatMap((event, at) => {
        const was = before[at];
        return was === undefined ? [] : compareEvents(was, event);
      });
      expect(odd).toEqual([]);
      before = events;
    }
    for (const status of ['scheduled', 'in_progress', 'final']) expect(statuses).toContain(status);
  });
});

it('a start on a whole minute is written to the minute, any other with its seconds', () => {
  const [game] = scriptedDay({
    rng: seededRng(1),
    leagues: ['nfl'],
    startMs: START,
    gamesPerLeague: 1,
    oddChance: 0,
  });
  const event = game?.at(START);
  if (event === undefined) throw new Error('no game');
  expect(encodeBoard('nfl', [{ of: null, event }])).toContain('"date":"2026-11-22T18:00Z"');
  const odd = { ...event, startTimeMs: START + 42_007, receivedMs: 1 };
  const text = encodeBoard('nfl', [{ of: null, event: odd }]);
  expect(decode('nfl', text, 1).events).toEqual([odd]);
});

it.each([
  ['{', 'not_json'],
  ['{"events":7}', 'malformed'],
])('a board that is %s is refused', (text, code) => {
  expect(
    decodeScoreboardEvents(text, {
      maxBytes: 1_000,
      receivedMs: 1,
      asked: { kind: 'league', league: 'nfl' },
    }),
  ).toMatchObject({ kind: 'refused', code });
});
