import type { EpochMs } from '../../domain/market/market.ts';
import { parseOdds } from '../../domain/odds/odds.ts';
import { filesIn, Tally } from './closing-odds.ts';
import { csvRows, RowReader } from './csv-rows.ts';
import { parseUtc, UTC_TIME } from './utc-time.ts';

const QUOTE_COLUMNS = [
  'snapshot_at_utc',
  'slate_date',
  'pitcher',
  'team',
  'opp_team',
  'game_time_utc',
  'k_line',
  'book',
  'over_american',
  'under_american',
  'game_state',
  'opening_over_american',
  'opening_under_american',
];
const OUTCOME_COLUMNS = ['date', 'pitcher', 'actual_strikeouts'];

/** Canonical names of the books in the file. Kalshi is an exchange that we trade on, and no odds source. */
const BOOKS: ReadonlyMap<string, string> = new Map([
  ['FanDuel', 'fanduel'],
  ['DraftKings', 'draftkings'],
  ['BetMGM', 'betmgm'],
  ['BetRivers', 'betrivers'],
  ['Kalshi', 'kalshi'],
]);

/** What one book asked for over and under a number of strikeouts, at one snapshot before the game. */
export type PropQuote = {
  readonly snapshotMs: EpochMs;
  /** The day of the games and the pitcher, which name the outcome. */
  readonly pitcherDay: string;
  /** Both teams and the day: the pitchers of one game depend on each other. */
  readonly game: string;
  readonly gameTimeMs: EpochMs;
  readonly strikeoutLine: number;
  readonly book: string;
  /** Decimal. */
  readonly over: number;
  readonly under: number;
};

export type StrikeoutProps = {
  readonly files: readonly string[];
  readonly rows: number;
  /** Instants at which a snapshot was taken, in order. */
  readonly snapshotsMs: readonly EpochMs[];
  /** In the order of the file. */
  readonly quotes: readonly PropQuote[];
  readonly leftOut: Readonly<Record<string, number>>;
  readonly strikeouts: ReadonlyMap<string, number>;
};

/**
 * Real quotes of five books on pitchers' strikeouts (MLB) and what the pitchers did. After the first pitch the file
 * repeats each book's last quote with a new time; those rows are no quotes and are left out. A line is n + ½, so there
 * is no push.
 */
export async function readStrikeoutProps(folder: string): Promise<StrikeoutProps> {
  const [odds = ''] = filesIn(
    folder,
    /^mlb_pitcher_strikeout_odds_snapshots\.csv(\.gz)?$/,
    'mlb_pitcher_strikeout_odds_snapshots.csv.gz',
  );
  const [outcomes = ''] = filesIn(
    folder,
    /^mlb_pitcher_strikeout_outcomes\.csv(\.gz)?$/,
    'mlb_pitcher_strikeout_outcomes.csv',
  );
  const quotes: PropQuote[] = [];
  const leftOut = new Tally();
  const snapshots = new Set<EpochMs>();
  let rows = 0;
  const reader = new RowReader(odds, QUOTE_COLUMNS);
  for await (const row of csvRows(odds, QUOTE_COLUMNS)) {
    reader.at(row);
    rows += 1;
    const quote = quoteOf(reader);
    snapshots.add(quote.snapshotMs);
    const state = reader.read(10, 'pregame, in_progress or final', (text) =>
      ['pregame', 'in_progress', 'final'].includes(text) ? text : null,
    );
    if (state === 'pregame') quotes.push(quote);
    else leftOut.add(state === 'final' ? 'after the game' : 'in the game');
  }
  return {
    files: [odds, outcomes],
    rows,
    snapshotsMs: [...snapshots].toSorted((a, b) => a - b),
    quotes,
    leftOut: leftOut.counts,
    strikeouts: await readStrikeouts(outcomes),
  };
}

function quoteOf(reader: RowReader): PropQuote {
  const day = reader.text(1);
  const teams = [reader.text(3), reader.text(4)].toSorted((a, b) => (a < b ? -1 : 1));
  const american = (column: number): number =>
    reader.read(column, 'American odds such as -150 or 130', (text) => {
      const value = parseOdds(text, 'american');
      return typeof value === 'number' ? value : null;
    });
  return {
    snapshotMs: reader.read(0, UTC_TIME, parseUtc),
    pitcherDay: `${day} ${reader.text(2)}`,
    game: `${day} ${teams.join(' - ')}`,
    gameTimeMs: reader.read(5, UTC_TIME, parseUtc),
    strikeoutLine: reader.read(6, 'a line such as 5.5', (text) =>
      /^\d{1,2}\.5$/.test(text) ? Number(text) : null,
    ),
    book: reader.read(7, [...BOOKS.keys()].join(', '), (text) => BOOKS.get(text) ?? null),
    over: american(8),
    under: american(9),
  };
}

async function readStrikeouts(file: string): Promise<ReadonlyMap<string, number>> {
  const strikeouts = new Map<string, number>();
  const reader = new RowReader(file, OUTCOME_COLUMNS);
  for await (const row of csvRows(file, OUTCOME_COLUMNS)) {
    reader.at(row);
    const key = `${reader.text(0)} ${reader.text(1)}`;
    if (strikeouts.has(key)) reader.refuse(1, 'each pitcher once a day');
    strikeouts.set(key, reader.integer(2, 0, 27));
  }
  return strikeouts;
}
