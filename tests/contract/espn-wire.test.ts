import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeScoreboard } from '../../shared/adapters/espn/wire/encode.ts';
import { decodeScoreboard } from '../../shared/adapters/espn/wire/scoreboard.ts';
import type { GameState } from '../../shared/domain/market/game-state.ts';

const RECEIVED_MS = 1_795_370_000_000;
const decode = (text: string) =>
  decodeScoreboard(text, { maxBytes: 10_000_000, receivedMs: RECEIVED_MS });

const state: GameState = {
  source: 'espn',
  gameId: 'nfl-2026-11-22-WAS-LA',
  phase: 'live',
  startTimeMs: Date.UTC(2026, 10, 22, 18, 0),
  homeScore: 10,
  awayScore: 7,
  period: 2,
  clockSeconds: 61,
  sourceTimeMs: RECEIVED_MS,
  receivedMs: RECEIVED_MS,
};
const home = { code: 'LA', name: 'Los Angeles Rams' };
const away = { code: 'WAS', name: 'Washington Commanders' };

describe('ESPN scoreboard', () => {
  it('reads what it writes, under our team codes and the Eastern date', () => {
    const text = encodeScoreboard([{ home, away, state }]);
    expect(text).toContain('"abbreviation":"WSH"');
    expect(text).toContain('"date":"2026-11-22T18:00Z"');
    const read = decode(text);
    expect(read).toMatchObject({ kind: 'scoreboard', refused: [] });
    expect(read.kind === 'scoreboard' && read.games).toEqual([
      {
        status: 'STATUS_IN_PROGRESS',
        state,
        listing: {
          gameId: state.gameId,
          league: 'nfl',
          home,
          away,
          startTimeMs: state.startTimeMs,
          easternDate: '2026-11-22',
        },
      },
    ]);
  });

  it('names a late game by its Eastern evening', () => {
    const startTimeMs = Date.UTC(2026, 10, 23, 1, 20, 42, 7);
    const read = decode(encodeScoreboard([{ home, away, state: { ...state, startTimeMs } }]));
    expect(read.kind === 'scoreboard' && read.games[0]?.listing).toMatchObject({
      gameId: 'nfl-2026-11-22-WAS-LA',
      startTimeMs,
    });
  });

  it.each([
    ['STATUS_POSTPONED', 'post', false],
    ['STATUS_CANCELED', 'post', true],
    ['STATUS_DELAYED', 'pre', false],
  ])('acts on no state of a game that is %s', (name, phase, completed) => {
    const board = JSON.parse(encodeScoreboard([{ home, away, state }]));
    Object.assign(board.events[0].status.type, { name, state: phase, completed });
    const read = decode(JSON.stringify(board));
    expect(read.kind === 'scoreboard' && read.games[0]).toMatchObject({
      status: name,
      state: null,
    });
  });

  it.each([
    ['no sides', (event: Record<string, unknown>) => ({ ...event, competitions: [] })],
    [
      'a date without a zone',
      (event: Record<string, unknown>) => ({ ...event, date: '2026-11-22' }),
    ],
    [
      'a score that is no number',
      (event: Record<string, unknown>) =>
        JSON.parse(JSON.stringify(event).replace('"score":"10"', '"score":"ten"')),
    ],
  ])('refuses an event with %s and keeps the others', (_what, spoil) => {
    const board = JSON.parse(encodeScoreboard([{ home, away, state }]));
    const read = decode(JSON.stringify({ events: [spoil(board.events[0]), board.events[0]] }));
    expect(read).toMatchObject({ kind: 'scoreboard' });
    expect(read.kind === 'scoreboard' && [read.games.length, read.refused.length]).toEqual([1, 1]);
  });

  it.each([
    ['{', 'not_json'],
    ['{"events":7}', 'malformed'],
  ])('refuses %s', (text, code) => {
    expect(decode(text)).toMatchObject({ kind: 'refused', code });
  });

  it('refuses a board that is too large, unread', () => {
    expect(
      decodeScoreboard(encodeScoreboard([{ home, away, state }]), { maxBytes: 50, receivedMs: 1 }),
    ).toMatchObject({ kind: 'refused', code: 'oversized' });
  });

  const capture = '../shared/data/espn-scoreboards/nfl.json';
  it.skipIf(!existsSync(capture))('reads every event of a real capture', () => {
    const text = readFileSync(capture, 'utf8');
    const read = decode(text);
    expect(read.kind).toBe('scoreboard');
    if (read.kind !== 'scoreboard') return;
    expect(read.refused).toEqual([]);
    expect(read.games).toHaveLength(JSON.parse(text).events.length);
    const first = read.games.find(({ listing }) => listing.home.name === 'Atlanta Falcons');
    expect(first).toMatchObject({
      status: 'STATUS_IN_PROGRESS',
      listing: { startTimeMs: Date.UTC(2022, 8, 11, 17, 0), away: { code: 'NO' } },
      state: { phase: 'live', period: 4, clockSeconds: 48 },
    });
  });
});
