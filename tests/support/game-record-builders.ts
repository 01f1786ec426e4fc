import type { GameState } from '../../shared/domain/market/game-state.ts';
import type { GameMapping } from '../../shared/domain/market/market.ts';
import { probability } from '../../shared/domain/money/probability.ts';
import type { FairLine, LineRefusalCode } from '../../shared/domain/pricing/fair-line.ts';
import type {
  GameRecord,
  RecordedLine,
  RecordedState,
} from '../../shared/domain/reports/game-record.ts';
import type { HistoryEvent } from '../../shared/ports/history.ts';
import { aMarket, NOON } from './trade-builders.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

type LineEvent = Extract<HistoryEvent, { kind: 'line' }>;

/** A two-way line of Pinnacle by BoltOdds. */
export function aFairLine(home: number, asOfMs: number): FairLine {
  const probabilities = [probability(home), probability(1 - home)];
  return {
    kind: 'line',
    rule: 'pinnacle_only',
    outcomes: ['home', 'away'],
    probabilities,
    uncertainties: [0, 0],
    books: [
      {
        source: 'pinnacle',
        feed: 'boltodds',
        method: 'shin',
        margin: 0.03,
        z: 0.01,
        weight: 1,
        probabilities,
        legs: [],
      },
    ],
    passedOver: [],
    asOfMs,
  };
}

/** A line (by the probability of home) or a refusal of an NFL game, told so long after noon. */
export function lineEvent(
  eventId: string,
  afterMs: number,
  said: number | LineRefusalCode,
  change: Partial<LineEvent> = {},
): LineEvent {
  const atMs = NOON + afterMs;
  return {
    kind: 'line',
    eventId,
    atMs,
    gameId: 'nfl-1',
    league: 'nfl',
    startTimeMs: NOON + HOUR,
    phase: afterMs < HOUR ? 'pregame' : 'live',
    line:
      typeof said === 'number'
        ? aFairLine(said, atMs - 100)
        : { kind: 'refused', code: said, reasons: [] },
    ...change,
  };
}

export function stateEvent(
  eventId: string,
  afterMs: number,
  change: Partial<GameState> = {},
): HistoryEvent {
  const atMs = NOON + afterMs;
  return {
    kind: 'game_state',
    eventId,
    atMs,
    state: {
      source: 'espn',
      gameId: 'nfl-1',
      phase: 'live',
      startTimeMs: NOON + HOUR,
      homeScore: 0,
      awayScore: 0,
      period: 1,
      clockSeconds: 900,
      sourceTimeMs: atMs - 5,
      receivedMs: atMs,
      ...change,
    },
  };
}

export function marketEvent(
  eventId: string,
  afterMs: number,
  ticker: string,
  mapping: Pick<GameMapping, 'gameId' | 'startTimeMs'> | null,
): HistoryEvent {
  return {
    kind: 'market',
    eventId,
    atMs: NOON + afterMs,
    market: aMarket({ ticker }),
    mapping:
      mapping === null
        ? null
        : { market: ticker, league: 'nfl', yesSide: 'home', evidence: [], ...mapping },
  };
}

/** A line of a record: a probability of home, or why there is none. */
export function keptLine(
  atMs: number,
  said: number | LineRefusalCode,
  change: Partial<RecordedLine> = {},
): RecordedLine {
  return {
    eventId: `line ${atMs}`,
    atMs,
    phase: 'pregame',
    line:
      typeof said === 'string'
        ? { kind: 'refused', code: said }
        : {
            kind: 'line',
            rule: 'pinnacle_only',
            probabilities: [probability(said), probability(1 - said)],
            books: [{ source: 'pinnacle', feed: 'boltodds', method: 'shin', weight: 1 }],
            asOfMs: atMs - 100,
          },
    ...change,
  };
}

export function keptState(
  fromMs: number,
  phase: RecordedState['phase'],
  change: Partial<RecordedState> = {},
): RecordedState {
  return { source: 'espn', fromMs, phase, homeScore: 0, awayScore: 0, ...change };
}

export function aGame(change: Partial<GameRecord> = {}): GameRecord {
  return { gameId: 'nfl-1', league: 'nfl', startTimeMs: NOON, lines: [], states: [], ...change };
}
