import { describe, expect, it } from 'vitest';
import { LINE_SOURCES } from '../../shared/domain/odds/line.ts';
import type { FairLine } from '../../shared/domain/pricing/fair-line.ts';
import type { GameRecords } from '../../shared/ports/game-records.ts';
import type { HistoryEvent, HistoryStore } from '../../shared/ports/history.ts';
import {
  HOUR,
  lineEvent,
  marketEvent,
  MINUTE,
  stateEvent,
} from '../support/game-record-builders.ts';
import { NOON } from '../support/trade-builders.ts';
import { A_FAIR_LINE } from './history-store-contract.ts';

export type KeptGames = {
  readonly history: Pick<HistoryStore, 'append'>;
  readonly records: GameRecords;
};

const DAY = 24 * HOUR;
const WHOLE = { fromMs: NOON - DAY, toMs: NOON + DAY };
const ids = (games: readonly { readonly gameId: string }[]): readonly string[] =>
  games.map(({ gameId }) => gameId);

const THREE_WAY = lineEvent('three-way', 0, 0.5, {
  gameId: 'epl-1',
  league: 'epl',
  line: A_FAIR_LINE,
});

/** A blend of all books, their names and weights as long as they come. */
const WIDEST: FairLine = {
  ...A_FAIR_LINE,
  books: LINE_SOURCES.flatMap((source) =>
    A_FAIR_LINE.books
      .slice(0, 1)
      .map((book) => ({ ...book, source, method: 'balanced-book' as const, weight: 1 / 6 })),
  ),
};

/** A game and its start, so long after noon. */
const at = (gameId: string, startAfter: number) => ({ gameId, startTimeMs: NOON + startAfter });

/** What the records of games must be, whatever keeps them. */
export function gameRecordsContract(name: string, make: () => Promise<KeptGames>): void {
  const kept = async (...events: readonly HistoryEvent[]): Promise<GameRecords> => {
    const { history, records } = await make();
    await history.append(events);
    return records;
  };

  describe(`game records contract: ${name}`, () => {
    it('gives lines and states of a game as they were told, to the bit', async () => {
      const records = await kept(
        lineEvent('b', 2 * MINUTE, 'line_suspended'),
        lineEvent('a', 0, 0.1 + 0.2),
        stateEvent('s2', HOUR + 2, { source: 'boltodds', homeScore: 7, clockSeconds: 93.5 }),
        stateEvent('s1', HOUR, { phase: 'final', homeScore: null, awayScore: null }),
        THREE_WAY,
      );
      const [soccer, football] = await records.between(WHOLE);
      expect(football).toEqual({
        gameId: 'nfl-1',
        league: 'nfl',
        startTimeMs: NOON + HOUR,
        lines: [
          {
            eventId: 'a',
            atMs: NOON,
            phase: 'pregame',
            line: {
              kind: 'line',
              rule: 'pinnacle_only',
              probabilities: [0.1 + 0.2, 1 - (0.1 + 0.2)],
              books: [{ source: 'pinnacle', feed: 'boltodds', method: 'shin', weight: 1 }],
              asOfMs: NOON - 100,
            },
          },
          {
            eventId: 'b',
            atMs: NOON + 2 * MINUTE,
            phase: 'pregame',
            line: { kind: 'refused', code: 'line_suspended' },
          },
        ],
        states: [
          { source: 'espn', fromMs: NOON + HOUR, phase: 'final', homeScore: null, awayScore: null },
          {
            source: 'boltodds',
            fromMs: NOON + HOUR + 2,
            phase: 'live',
            homeScore: 7,
            awayScore: 0,
          },
        ],
      });
      expect(soccer?.lines[0]?.line).toEqual({
        kind: 'line',
        rule: 'weighted_blend',
        probabilities: A_FAIR_LINE.probabilities,
        books: A_FAIR_LINE.books.map(({ source, feed, method, weight }) => ({
          source,
          feed,
          method,
          weight,
        })),
        asOfMs: A_FAIR_LINE.asOfMs,
      });
    });

    it('knows the games that were touched by the window, and those that start in it', async () => {
      const records = await kept(
        lineEvent('l', 0, 0.5, at('told', 5 * HOUR)),
        lineEvent('b', -1, 0.5, at('told before', -2 * HOUR)),
        lineEvent('c', HOUR, 0.5, at('told after', 5 * HOUR)),
        lineEvent('d', -2 * HOUR, 0.5, at('starts', HOUR - 1)),
        marketEvent('m', 0, 'M', at('mapped', 0)),
        marketEvent('n', 0, 'N', at('on since before', -HOUR)),
        stateEvent('s', HOUR - 1, { gameId: 'on since before' }),
        marketEvent('o', 0, 'O', at('over since before', -HOUR)),
        stateEvent('t', -1, { gameId: 'over since before', phase: 'final' }),
        stateEvent('u', 0, { gameId: 'not ours' }),
        marketEvent('p', 0, 'P', at('mapped no more', 0)),
        marketEvent('q', 1, 'P', null),
      );
      const window = { fromMs: NOON, toMs: NOON + HOUR };
      expect(ids(await records.between(window))).toEqual([
        'on since before',
        'mapped',
        'starts',
        'told',
      ]);
      expect(ids(await records.started(window))).toEqual(['mapped', 'starts']);
      const none = { fromMs: NOON - 9 * DAY, toMs: NOON - 8 * DAY };
      expect(await records.between(none)).toEqual([]);
    });

    it('has the start that was told last, and without a line that of the market', async () => {
      const records = await kept(
        marketEvent('m', 9, 'M', { gameId: 'nfl-1', startTimeMs: NOON + 3 * HOUR }),
        lineEvent('z', 1, 0.5, at('nfl-1', HOUR)),
        lineEvent('a', 2, 0.5, at('nfl-1', 2 * HOUR)),
        marketEvent('n', 8, 'N', { gameId: 'nfl-2', startTimeMs: NOON + 1 }),
        marketEvent('o', 9, 'N', { gameId: 'nfl-2', startTimeMs: NOON }),
      );
      const starts = (await records.between(WHOLE)).map(({ startTimeMs }) => startTimeMs - NOON);
      expect(starts).toEqual([0, 2 * HOUR]);
    });

    it('has each state once, with the clock alone being none, in whatever order they come', async () => {
      const records = await kept(
        lineEvent('l', 0, 0.5),
        stateEvent('d', 30, { homeScore: 7 }),
        stateEvent('a', 10),
        stateEvent('c', 20, { homeScore: 3 }),
        stateEvent('b', 20, { homeScore: 6 }),
        stateEvent('e', 40, { homeScore: 7 }),
        stateEvent('a', 10),
      );
      const [game] = await records.between(WHOLE);
      expect(game?.states.map(({ fromMs, homeScore }) => [fromMs - NOON, homeScore])).toEqual([
        [10, 0],
        [20, 3],
        [30, 7],
      ]);
    });

    it('gives games to be judged with what was told from an hour before the start', async () => {
      const records = await kept(
        lineEvent('long before', -1, 0.5),
        lineEvent('before', 0, 0.6),
        lineEvent('in play', HOUR + MINUTE, 'line_expired'),
        stateEvent('state', -DAY, { phase: 'pregame' }),
      );
      const [game] = await records.started({ fromMs: NOON + HOUR, toMs: NOON + HOUR + 1 });
      expect(game?.lines.map(({ eventId }) => eventId)).toEqual(['before', 'in play']);
      expect(game?.states).toHaveLength(1);
    });

    it('gives more than one page of the widest lines', async () => {
      const gameId = `ligue-1-2026-11-21-${'a-club-of-a-long-name-'.repeat(3)}`;
      const change = { gameId, league: 'ligue-1', line: WIDEST } as const;
      const many = Array.from({ length: 1_100 }, (_, nth) =>
        lineEvent(`line:${gameId}:1:${nth}`, nth * 2 * MINUTE - DAY, 0.5, change),
      );
      const records = await kept(...many);
      const [game] = await records.between(WHOLE);
      expect(game?.lines.map(({ eventId }) => eventId)).toEqual(many.map(({ eventId }) => eventId));
    });
  });
}
