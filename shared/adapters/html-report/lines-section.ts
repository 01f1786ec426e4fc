import type { LinesRecord, OracleRecord } from '../../contracts/run-record.ts';
import { LEAGUES, type League } from '../../domain/market/leagues.ts';
import type {
  Coverage,
  DataReview,
  LeagueReview,
  LineGap,
} from '../../domain/reports/data-review.ts';
import type { OraclePath, PathCalibration } from '../../domain/reports/oracle-calibration.ts';
import { figure } from './chart.ts';
import { DECILE_COLUMNS, estimateCell } from './estimate-cells.ts';
import { counted, durationText, grouped, percentText, periodText, words } from './figures.ts';
import { html, type Html } from './html.ts';
import { stripChart } from './line-strips.ts';
import { decilesChart } from './study-charts.ts';
import { foldedTable, table, type Column } from './table.ts';

/** When there were lines and where they are missing, and how good they were; nothing of a run without any. */
export async function linesSection(lines: LinesRecord | null): Promise<Html> {
  if (lines === null) return html``;
  const { review, oracle } = lines;
  return html`<section class="long">
      <h2>Lines and data</h2>
      <p>${coverageText(review)} ${missingText(review)}</p>
      <div class="charts">${await strips(review)}</div>
      ${table({ label: 'Lines and data by league', columns: LEAGUE_COLUMNS, rows: review.leagues })}
      ${gapsTable(review)}
    </section>
    ${await oracleSection(oracle)}`;
}

/** Names of leagues as they are spoken of. */
function leagueTitle(league: League): string {
  return league === 'ligue-1' ? 'Ligue 1' : league.toUpperCase();
}

const FEED_PATHS: Readonly<Partial<Record<OraclePath, string>>> = {
  'odds-api-control': 'Odds API control',
  'boltodds-experiment': 'BoltOdds experiment',
  'mixed-feeds': 'Both feeds in one line',
};

function pathTitle(path: OraclePath): string {
  const league = LEAGUES.find((each) => path === `${each}-live`);
  return league === undefined ? (FEED_PATHS[path] ?? path) : `${leagueTitle(league)} live`;
}

function coverageText({ window, leagues }: DataReview): string {
  const games = leagues.reduce((sum, league) => sum + league.games.length, 0);
  const share = (of: 'pregame' | 'live'): number | null => {
    const spanMs = leagues.reduce((sum, league) => sum + league[of].spanMs, 0);
    const coveredMs = leagues.reduce((sum, league) => sum + league[of].coveredMs, 0);
    return spanMs === 0 ? null : coveredMs / spanMs;
  };
  const [before, inPlay] = [share('pregame'), share('live')];
  const stood = [
    before === null
      ? 'No line stood before a start'
      : `A fair line stood ${coveredText(before)} of the time from a game’s first line to its start`,
    inPlay === null
      ? 'no source saw a game in play'
      : `${before === null ? 'one stood ' : ''}${coveredText(inPlay)} of the time in play`,
  ].join(', and ');
  return `${counted(games, 'game')} from ${periodText(window)} UTC. ${stood}.`;
}

/** What else is not there, in one sentence. */
function missingText({ leagues }: DataReview): string {
  const total = (of: (league: LeagueReview) => number): number =>
    leagues.reduce((sum, league) => sum + of(league), 0);
  const missing = [
    [total(({ games, withState }) => games.length - withState), 'on no scoreboard'],
    [total(({ lackingFinal }) => lackingFinal.length), 'that should be over and no source says so'],
    [total(({ started, withClosing }) => started - withClosing), 'begun without a closing line'],
  ] as const;
  const told = missing.filter(([games]) => games > 0);
  return told.length === 0
    ? 'Every game is on a scoreboard, has an end when it should, and a closing line when it has begun.'
    : `Missing: ${told.map(([games, what]) => `${counted(games, 'game')} ${what}`).join('; ')}.`;
}

/** A share that is not whole never reads as 100 %. */
function coveredText(share: number | null): string {
  if (share === null) return '–';
  return share < 1 && share > 0.9995 ? 'over 99.9 %' : percentText(share);
}

const coveredCell = ({ share }: Coverage): string => coveredText(share);

const LEAGUE_COLUMNS: readonly Column<LeagueReview>[] = [
  { head: 'League', kind: 'text', cell: ({ league }) => leagueTitle(league) },
  { head: 'Games', kind: 'number', cell: ({ games }) => grouped(games.length) },
  // First, so that a narrow screen shows them before the table is moved.
  { head: 'Before the start', kind: 'number', cell: ({ pregame }) => coveredCell(pregame) },
  { head: 'In play', kind: 'number', cell: ({ live }) => coveredCell(live) },
  { head: 'Gaps', kind: 'number', cell: ({ gaps }) => grouped(gaps.length) },
  {
    head: 'Longest',
    kind: 'number',
    cell: ({ gaps: [longest] }) => (longest === undefined ? '–' : lengthText(longest)),
  },
  { head: 'On a scoreboard', kind: 'number', cell: ({ withState }) => grouped(withState) },
  {
    head: 'Without an end',
    kind: 'number',
    cell: ({ lackingFinal }) => grouped(lackingFinal.length),
  },
  { head: 'Opening line', kind: 'number', cell: ({ withOpening }) => grouped(withOpening) },
  {
    head: 'Closing line',
    kind: 'number',
    cell: ({ withClosing, started }) => `${grouped(withClosing)} of ${grouped(started)}`,
  },
];

/** More games than these are not read one by one; those with the most time without a line are shown. */
const MOST_STRIPS = 30;

async function strips({ window, leagues }: DataReview): Promise<Html | null> {
  const games = leagues
    .flatMap((league) => league.games)
    .filter(({ pregame, live }) => pregame !== null || live !== null);
  if (games.length === 0) return null;
  const missingMs = ({ gaps }: (typeof games)[number]): number =>
    gaps.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
  const shown = new Set(
    games.toSorted((a, b) => missingMs(b) - missingMs(a)).slice(0, MOST_STRIPS),
  );
  const left = games.length - shown.size;
  return figure({
    id: 'line-strips',
    title: 'When a line stood',
    caption: `Each row is a game; thin from its first line to its start, thick in play. Lines that came and went stood for part of the time shown.${left === 0 ? '' : ` ${counted(left, 'game')} with less time without a line ${left === 1 ? 'is' : 'are'} not drawn.`}`,
    chart: stripChart(
      games.filter((game) => shown.has(game)),
      window,
    ),
    size: 'full',
  });
}

const lengthText = ({ fromMs, toMs }: LineGap): string => durationText(toMs - fromMs);

const causeText = ({ cause }: LineGap): string =>
  cause === 'silence' ? 'nothing was heard' : words(cause.replace(/^line_/, ''));

const timeText = (atMs: number): string =>
  new Date(atMs).toISOString().slice(5, 19).replace('T', ' ');

const GAP_COLUMNS: readonly Column<LineGap>[] = [
  { head: 'Game', kind: 'text', cell: ({ gameId }) => gameId },
  {
    head: 'When',
    kind: 'text',
    cell: ({ phase }) => (phase === 'pregame' ? 'before the start' : 'in play'),
  },
  { head: 'From (UTC)', kind: 'number', cell: ({ fromMs }) => timeText(fromMs) },
  { head: 'To', kind: 'number', cell: ({ toMs }) => timeText(toMs) },
  { head: 'For', kind: 'number', cell: lengthText },
  { head: 'Why', kind: 'text', cell: causeText },
];

const MOST_GAPS = 50;

function gapsTable({ leagues }: DataReview): Html | null {
  const gaps = leagues
    .flatMap((league) => league.gaps)
    .toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  if (gaps.length === 0) return null;
  const rows = gaps.slice(0, MOST_GAPS);
  const summary =
    rows.length === gaps.length
      ? `All ${counted(gaps.length, 'gap')}, the longest first`
      : `The longest ${rows.length} of ${counted(gaps.length, 'gap')}`;
  return foldedTable({ label: 'Gaps', columns: GAP_COLUMNS, rows }, { summary });
}

/** Fewer games say nothing of a path: an interval of so few is wider than what there is to see. */
const ENOUGH_GAMES = 100;

const gamesOf = (path: PathCalibration): number =>
  path.kind === 'scored' ? path.score.clusters : 0;

const PATH_COLUMNS: readonly Column<PathCalibration>[] = [
  { head: 'Path', kind: 'text', cell: ({ path }) => pathTitle(path) },
  { head: 'Games', kind: 'number', cell: (path) => grouped(gamesOf(path)) },
  { head: 'Lines', kind: 'number', cell: ({ n }) => grouped(n) },
  {
    head: 'Brier score',
    kind: 'number',
    cell: (path) => (path.kind === 'scored' ? estimateCell(path.score.brier, 4) : html`–`),
  },
  {
    head: 'Log loss',
    kind: 'number',
    cell: (path) => (path.kind === 'scored' ? estimateCell(path.score.logLoss, 4) : html`–`),
  },
  {
    head: '',
    kind: 'text',
    cell: (path) =>
      path.kind === 'no_lines'
        ? 'no line of it is settled'
        : gamesOf(path) < ENOUGH_GAMES
          ? 'too few games to mean anything yet'
          : '',
  },
];

async function oracleSection(oracle: OracleRecord): Promise<Html> {
  const { fromMs, toMs, everyMs, games, unsettled, paths } = oracle;
  const enough = paths.flatMap((path) =>
    path.kind === 'scored' && gamesOf(path) >= ENOUGH_GAMES
      ? [{ name: pathTitle(path.path), deciles: path.score.deciles }]
      : [],
  );
  const left = Object.entries(unsettled).map(
    ([why, n]) => `${grouped(n)} ${UNSETTLED_WORDS[why] ?? words(why)}`,
  );
  return html`<section class="long">
    <h2>How good the lines were</h2>
    <p>
      ${games === 0 ? 'No game' : counted(games, 'game')} that began from
      ${periodText({ fromMs, toMs })} UTC ${games <= 1 ? 'has' : 'have'} a line and an outcome.
      ${left.length === 0 ? null : `Left out for want of a sure outcome: ${left.join(', ')}.`}
      Before the start the closing line of each game is judged, in play the line that stood every
      ${durationText(everyMs).replace(' 0 s', '')}; a game is one observation, however many of its
      lines count.
      ${games < ENOUGH_GAMES ? html`<b>So few games say nothing yet, for or against any path.</b>` : null}
    </p>
    ${table({ label: 'Paths of the oracle', columns: PATH_COLUMNS, rows: paths })}
    ${enough.length === 0 ? null : await reliabilityOf(enough)}
  </section>`;
}

const UNSETTLED_WORDS: Readonly<Record<string, string>> = {
  no_state: 'on no scoreboard',
  not_over: 'not over',
  off: 'did not take place',
  no_score: 'without a score',
  tied: 'tied',
  not_completed: 'not played to the end',
  sources_disagree: 'on which sources disagree',
};

type PathDeciles = Parameters<typeof decilesChart>[0];

async function reliabilityOf(paths: PathDeciles): Promise<Html> {
  const chart = await figure({
    id: 'paths-deciles',
    title: 'Calibration by decile',
    caption:
      'Each dot is a tenth of a path’s forecasts: points of probability by which what happened lies above or below the forecast. The intervals take every line as its own, so in play, where one game has many, they are too narrow.',
    chart: decilesChart(paths),
    size: 'full',
  });
  const rows = paths.flatMap(({ name, deciles }) =>
    deciles.map((decile) => ({ method: name, decile })),
  );
  return html`<div class="charts">${chart}</div>
    ${foldedTable(
      { label: 'Deciles of the paths', columns: DECILE_COLUMNS, rows },
      { summary: 'Deciles of every path as numbers' },
    )}`;
}
