import type { EpochMs } from '../../domain/market/market.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { parseUtc, UTC_TIME } from './utc-time.ts';

const MAX_SCORE = 99;
const COLUMNS = [
  'end_time',
  'inning',
  'half',
  'event_type',
  'event',
  'rbi',
  'away_score',
  'home_score',
  'is_scoring',
];

/** What the plays of one game say of its times and its score. */
export type KalshiMlbPlays = {
  readonly plays: number;
  /** End of the first and of the last play. */
  readonly firstMs: EpochMs;
  readonly lastMs: EpochMs;
  readonly awayScore: number;
  readonly homeScore: number;
};

/** The plays of plays_*.csv in their order; null without one. A time or a score that goes back is an ImportRefusal. */
export async function readKalshiMlbPlays(file: string): Promise<KalshiMlbPlays | null> {
  const reader = new RowReader(file, COLUMNS);
  const known = { plays: 0, firstMs: 0, lastMs: 0, awayScore: 0, homeScore: 0 };
  for await (const row of csvRows(file, COLUMNS)) {
    const atMs = reader.at(row).read(0, UTC_TIME, parseUtc);
    if (atMs < known.lastMs) reader.refuse(0, 'not before the play before it');
    if (known.plays === 0) known.firstMs = atMs;
    known.plays += 1;
    known.lastMs = atMs;
    known.awayScore = reader.integer(6, known.awayScore, MAX_SCORE);
    known.homeScore = reader.integer(7, known.homeScore, MAX_SCORE);
  }
  return known.plays === 0 ? null : known;
}
