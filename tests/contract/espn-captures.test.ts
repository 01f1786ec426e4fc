import { existsSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  decodeScoreboardEvents,
  type AskedBoard,
  type ScoreboardEventsRead,
} from '../../shared/adapters/espn/wire/scoreboard-events.ts';
import type { ScoreboardEvent } from '../../shared/domain/market/scoreboard-event.ts';
import { EspnClient } from '../../shared/adapters/espn/espn-client.ts';
import { EspnScoreboard } from '../../shared/adapters/espn/espn-scoreboard.ts';
import type { GetText } from '../../shared/adapters/http/get-text.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { League } from '../../shared/domain/market/leagues.ts';
import { checkEvent } from '../../shared/domain/market/scoreboard-quality.ts';
import { ManualTimers } from '../support/manual-timers.ts';
import { CAPTURE_ROWS, CAPTURE_STATES } from '../support/espn-capture-rows.ts';

/** Recorded scoreboards, read in place; optional data that is not ours to ship. */
const FOLDER = '../shared/data/espn-scoreboards';
const MIXED: AskedBoard = { kind: 'mixed' };

function read(file: string, asked: AskedBoard = MIXED): ScoreboardEventsRead {
  const bytes = readFileSync(`${FOLDER}/${file}`);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const board = decodeScoreboardEvents(text, { maxBytes: 20_000_000, receivedMs: 1, asked });
  if (board.kind === 'refused') throw new Error(`${file}: ${board.detail}`);
  return board;
}

/** "status start period clock score": as one reads it off the capture. */
function row(event: ScoreboardEvent | undefined): string {
  if (event === undefined) return 'absent';
  const { clock, competitors } = event;
  const shownClock =
    clock === null
      ? 'no-clock'
      : `${clock.direction}${clock.seconds}${clock.addedMinutes > 0 ? `+${clock.addedMinutes}` : ''}`;
  const sides = competitors.map(({ code, name, score, shootoutScore, parts, winner }) => {
    const shootout = shootoutScore === null ? '' : `(${shootoutScore})`;
    const sets = parts.map((part) =>
      part.tiebreak === null ? `${part.value}` : `${part.value}/${part.tiebreak}`,
    );
    const shown = score === null ? sets.join(',') : `${score}${shootout}`;
    const who = code ?? name ?? 'nobody';
    return [who, shown, winner === true ? 'won' : ''].filter((word) => word !== '').join(' ');
  });
  const start = new Date(event.startTimeMs).toISOString().slice(0, 16);
  const half = event.half === null ? '' : `${event.half} `;
  return `${event.status} ${start} ${half}${event.period ?? '-'} ${shownClock} | ${sides.join(' | ')}`;
}

const COUNTS: Readonly<Record<string, number>> = {
  'nfl.json': 16,
  'ncaaf.json': 25,
  'nhl.json': 10,
  'mlb.json.gz': 17,
  'mls.json': 11,
  'schedule.json': 5,
  'scoreboard_all_leagues.json.gz': 50,
  'all.json.gz': 310,
};

const present = existsSync(FOLDER);

describe.skipIf(!present)(`recorded scoreboards (skipped without ${FOLDER})`, () => {
  it.each(Object.keys(CAPTURE_ROWS))('reads every event of %s as a person does', (file) => {
    const board = read(file, file === 'schedule.json' ? { kind: 'sport', sport: 'soccer' } : MIXED);
    expect(board.refused).toEqual([]);
    expect([...board.unknownStatuses]).toEqual([]);
    expect(board.events).toHaveLength(COUNTS[file] ?? -1);
    for (const [id, expected] of Object.entries(CAPTURE_ROWS[file] ?? {}))
      expect(row(board.events.find(({ eventId }) => eventId === id))).toBe(expected);
    expect(board.events.flatMap((event) => checkEvent(event))).toEqual([]);
  });

  it.skipIf(!present)('tells the sports that are not read, and names that are not drawn', () => {
    const board = read('all.json.gz');
    expect(board.unsupported.map(({ sport }) => sport).toSorted()).toEqual([
      '1100',
      '200',
      '200',
      '200',
      '2000',
      '400',
      '400',
      '400',
    ]);
    const undrawn = board.events.filter(({ missing }) => missing.includes('name'));
    expect(undrawn).toHaveLength(81);
    expect(undrawn.every(({ status }) => status === 'scheduled')).toBe(true);
    expect(board.events.filter(({ startConfirmed }) => !startConfirmed).length).toBeGreaterThan(50);
    const bout = board.events.find(({ eventId }) => eventId === '401505372');
    expect(bout).toMatchObject({ ending: 'distance', competitors: [{ judgesTotals: [88] }, {}] });
  });
});

/** What is told of our games by a recorded board that is asked for as a league's at a time: "game phase away-home period clock". */
async function told(file: string, league: League, nowMs: number): Promise<readonly string[]> {
  const timers = new ManualTimers(nowMs);
  const bytes = readFileSync(`${FOLDER}/${file}`);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const options = {
    baseUrl: 'https://scores.example/apis/site/v2/sports',
    leagues: [league],
    timers,
    timeoutMs: 1_000,
    maxBytes: 20_000_000,
    requestsPerHour: 500,
    liveMs: 15_000,
    breaker: { failures: 3, openMs: 60_000 },
  };
  const getText: GetText = async () => ({
    kind: 'answer',
    status: 200,
    headers: new Headers(),
    text,
  });
  const client = new EspnClient({ ...options, getText });
  const scoreboard = new EspnScoreboard({ ...options, client });
  const states: GameState[] = [];
  const findings: unknown[] = [];
  scoreboard.open({
    onState: (state) => states.push(state),
    onFinding: (finding) => findings.push(finding),
    onRefused: () => {},
    onDown: (why) => findings.push(why),
    onUp: () => {},
  });
  await timers.passAndSettle(0);
  for (let turn = 0; states.length === 0 && turn < 100; turn += 1) await setImmediate();
  expect(states.length).toBeGreaterThan(0);
  await scoreboard.close();
  expect(findings).toEqual([]);
  return states.map(
    ({ gameId, phase, homeScore, awayScore, period, clockSeconds }) =>
      `${gameId} ${phase} ${awayScore}-${homeScore} ${period} ${clockSeconds}`,
  );
}

describe.skipIf(!present)(`states of recorded games (skipped without ${FOLDER})`, () => {
  it.each(Object.entries(CAPTURE_STATES))(
    '%s',
    async (name, { file, league, at, games, states }) => {
      expect(name).toContain(league);
      const shown = await told(file, league, Date.parse(at));
      expect(shown).toHaveLength(games);
      expect(shown).toEqual(expect.arrayContaining([...states]));
    },
  );
});
