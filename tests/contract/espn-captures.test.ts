import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  decodeScoreboardEvents,
  type AskedBoard,
  type ScoreboardEventsRead,
} from '../../shared/adapters/espn/wire/scoreboard-events.ts';
import type { ScoreboardEvent } from '../../shared/domain/market/scoreboard-event.ts';
import { checkEvent } from '../../shared/domain/market/scoreboard-quality.ts';

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

/** Read by eye from the captures. */
const ROWS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nfl.json': {
    '401437650': 'in_progress 2022-09-11T17:00 4 down48 | ATL 26 | NO 24',
    '401437648': 'in_progress 2022-09-11T17:00 4 down465 | DET 28 | PHI 38',
    '401437630': 'final 2022-09-11T17:00 4 down0 | MIA 20 won | NE 7',
    // Before the start some games show 15:00 of the first quarter.
    '401437644': 'scheduled 2022-09-12T00:20 1 down900 | DAL 0 | TB 0',
    '401437654': 'final 2022-09-09T00:20 4 down0 | LAR 10 | BUF 31 won',
    '401437655': 'scheduled 2022-09-13T00:15 0 down0 | SEA 0 | DEN 0',
  },
  'ncaaf.json': {
    '401403888': 'halftime 2022-09-17T16:00 2 down0 | SC 0 | UGA 24',
    '401403884': 'in_progress 2022-09-17T16:00 3 down516 | UK 28 | YSU 0',
    '401403991': 'in_progress 2022-09-17T18:00 1 down900 | UCLA 0 | USA 0',
    '401411114': 'final 2022-09-17T15:00 4 down0 | VT 27 won | WOF 7',
    '401403989': 'scheduled 2022-09-17T19:30 0 down0 | ORE 0 | BYU 0',
  },
  'nhl.json': {
    '401461562': 'final 2022-09-25T17:00 4 down0 | PIT 3 won | CBJ 2',
    '401461456': 'in_progress 2022-09-25T21:00 3 down543 | ARI 1 | ANA 3',
    '401461556': 'in_progress 2022-09-25T23:00 1 down800 | VAN 0 | CGY 0',
    '401461560': 'scheduled 2022-09-26T01:00 0 down0 | COL 0 | VGK 0',
  },
  'mlb.json.gz': {
    '401423263': 'final 2022-09-17T17:10 9 no-clock | CLE 5 won | MIN 1',
    '401356370': 'in_progress 2022-09-17T19:07 top 9 no-clock | TOR 6 | BAL 3',
    '401356376': 'in_progress 2022-09-17T20:05 bottom 5 no-clock | WSH 5 | MIA 3',
    '401356375': 'scheduled 2022-09-18T01:05 1 no-clock | SF 0 | LAD 0',
  },
  'mls.json': {
    '623599': 'final 2022-09-17T19:30 2 up5400+8 | ATL 0 | PHI 0',
    '623601': 'in_progress 2022-09-17T23:30 2 up3480 | NE 0 | MTL 0',
    '623602': 'in_progress 2022-09-18T00:00 1 up2700 | CHI 2 | CLT 0',
    '623598': 'scheduled 2022-09-18T02:30 0 up0 | SJ 0 | DAL 0',
  },
  'schedule.json': {
    '761499': 'final 2026-03-21T17:00 2 up5400+8 | TOR 2 won | CLB 1',
    '761461': 'final 2026-03-01T01:30 2 up5400+10 | SKC 2 | CLB 2',
  },
  'scoreboard_all_leagues.json.gz': {
    '740898': 'final 2026-03-21T12:45 2 up5400+8 | BHA 2 won | LIV 1',
    '740902': 'postponed 2026-03-21T15:00 - up0 | MNC 0 | CRY 0',
    '746654': 'final 2026-03-21T16:00 2 up5400+11 | TOU 1 won | LOR 0',
    '761503': 'final 2026-03-21T23:30 2 up5400+6 | CLT 6 won | RBNY 1',
  },
  'all.json.gz': {
    '401423258': 'in_progress 2022-09-08T20:10 top 6 no-clock | MIL 2 | SF 1',
    '401474846': 'in_progress 2022-10-02T22:00 2 down98 | TOR 47 | UTAH 41',
    '401474845': 'final 2022-10-02T17:00 4 down0 | BOS 134 won | CHA 93',
    '633850': 'final 2022-12-18T15:00 5 up7200 | ARG 3(4) won | FRA 3(2)',
    '128753': 'in_progress 2022-12-15T13:20 1 no-clock | Ana Bogdan 1 | Anna Blinkova 4',
    '128754': 'walkover 2022-12-12T05:00 1 no-clock | Anna-Lena Friedsam | Jenny Lim won',
    '140276':
      'retired 2023-12-13T09:00 2 no-clock | Susan Bandecchi 4,1 | Nigina Abduraimova 6,3 won',
    // Listed second first.
    '147737':
      'in_progress 2024-07-28T17:05 3 no-clock | Dusan Lajovic 3,7/8,2 | Maximilian Marterer 6,6/6,1',
    '147843':
      'in_progress 2024-07-28T18:45 2 no-clock | Hady Habib / Benjamin Hassan 6/5,0 | Matthew Ebden / John Peers 7/7,0',
    '401508991': 'final 2022-12-18T00:00 1 up196 | Cody Brundage | Mickal Oleksiejczuk won',
    '401505365': 'in_progress 2022-12-18T00:00 1 up147 | Alex Caceres | Julian Erosa',
    // The capture calls a winner of a bout that is still to come.
    '401505375': 'scheduled 2022-12-17T21:00 0 up0 | Said Nurmagomedov | Saidyokub Kakhramonov',
  },
};

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
  it.each(Object.keys(ROWS))('reads every event of %s as a person does', (file) => {
    const board = read(file, file === 'schedule.json' ? { kind: 'sport', sport: 'soccer' } : MIXED);
    expect(board.refused).toEqual([]);
    expect([...board.unknownStatuses]).toEqual([]);
    expect(board.events).toHaveLength(COUNTS[file] ?? -1);
    for (const [id, expected] of Object.entries(ROWS[file] ?? {}))
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
