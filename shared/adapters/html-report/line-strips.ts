import type { EpochMs } from '../../domain/market/market.ts';
import type { OddsPhase } from '../../domain/odds/freshness.ts';
import type { GameReview } from '../../domain/reports/data-review.ts';
import type { TimeSpan } from '../../domain/reports/game-record.ts';
import { LOSS, OURS, THEIRS, type Chart } from './chart.ts';
import { plot, timeFormat } from './charts.ts';

/** Whether a line stood in a stretch of time: all of it, none of it, or come and gone. */
export type StripState = 'stood' | 'came and went' | 'none';

export type StripPiece = TimeSpan & { readonly phase: OddsPhase; readonly state: StripState };

/**
 * A game's time before its start and in play as the pieces of a strip: both spans cut into cells of the page's time,
 * each by how much of it a line stood, and cells of one phase and state made one piece. A gap shorter than a cell is
 * seen, and no more pieces are made than there are cells.
 */
export function stripOf(
  game: Pick<GameReview, 'pregame' | 'live' | 'gaps'>,
  page: TimeSpan,
  cells: number,
): readonly StripPiece[] {
  const cellMs = (page.toMs - page.fromMs) / cells;
  const pieces: StripPiece[] = [];
  for (const phase of ['pregame', 'live'] as const) {
    const span = game[phase];
    if (span === null || cellMs <= 0) continue;
    const first = Math.floor((span.fromMs - page.fromMs) / cellMs);
    for (let at = first; page.fromMs + at * cellMs < span.toMs; at += 1) {
      const fromMs = Math.max(span.fromMs, page.fromMs + at * cellMs);
      const toMs = Math.min(span.toMs, page.fromMs + (at + 1) * cellMs);
      if (toMs <= fromMs) continue;
      add(pieces, { fromMs, toMs, phase, state: stateOf(game.gaps, fromMs, toMs) });
    }
  }
  return pieces;
}

function stateOf(gaps: readonly TimeSpan[], fromMs: EpochMs, toMs: EpochMs): StripState {
  const gapMs = gaps.reduce(
    (sum, gap) => sum + Math.max(0, Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs)),
    0,
  );
  if (gapMs === 0) return 'stood';
  // Cells lie at fractions of a millisecond.
  return gapMs >= toMs - fromMs - 1e-3 ? 'none' : 'came and went';
}

function add(pieces: StripPiece[], piece: StripPiece): void {
  const before = pieces.at(-1);
  const isOne = before?.phase === piece.phase && before.state === piece.state;
  if (isOne && before.toMs === piece.fromMs)
    pieces[pieces.length - 1] = { ...before, toMs: piece.toMs };
  else pieces.push(piece);
}

/** Cells of a strip: about two pixels each in the narrow drawing, five in the wide one. */
const STRIP_CELLS = 180;
const STRIP_COLOURS: Readonly<Record<StripState, string>> = {
  stood: OURS,
  'came and went': THEIRS,
  none: LOSS,
};

/** The day in a game's name; the axis tells it. */
const DAY = /-\d{4}-\d{2}-\d{2}-/;

/** A strip a game: when a line stood, before the start and in play. */
export function stripChart(games: readonly GameReview[], window: TimeSpan): Chart {
  const spans = games
    .flatMap(({ pregame, live }) => [pregame, live])
    .filter((span) => span !== null);
  const page = {
    fromMs: Math.min(window.toMs, ...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(window.fromMs, ...spans.map(({ toMs }) => toMs)),
  };
  const values = games.flatMap((game) =>
    stripOf(game, page, STRIP_CELLS).map(({ fromMs: from, toMs: to, phase, state }) => ({
      game: game.gameId,
      from,
      to,
      phase,
      state,
    })),
  );
  const states = Object.keys(STRIP_COLOURS);
  const longest = Math.max(...games.map(({ gameId }) => gameId.replace(DAY, ' ').length), 0);
  return (width) => {
    const labels = Math.min(Math.round(width * 0.42), 24 + 6.6 * longest);
    const y = {
      field: 'game',
      type: 'nominal',
      sort: null,
      axis: {
        title: null,
        labelExpr: `replace(datum.label, ${String(DAY)}, ' ')`,
        ticks: false,
        domain: false,
        labelPadding: 6,
        labelLimit: labels - 8,
        minExtent: labels - 8,
      },
    } as const;
    const x = {
      field: 'from',
      type: 'temporal',
      scale: { type: 'utc' },
      axis: {
        title: 'Time (UTC)',
        tickCount: width < 400 ? 4 : 8,
        labelOverlap: true,
        format: timeFormat(page.toMs - page.fromMs),
      },
    } as const;
    const color = {
      field: 'state',
      type: 'nominal',
      scale: { domain: states, range: Object.values(STRIP_COLOURS) },
      legend: { columns: width < 400 ? 2 : 3 },
    } as const;
    const encoding = { y, x, x2: { field: 'to' }, color } as const;
    return {
      data: { values },
      width: plot(width, labels + 20),
      height: { step: games.length > 16 ? 16 : 22 },
      layer: [
        {
          transform: [{ filter: "datum.phase === 'pregame'" }],
          mark: { type: 'bar', height: { band: 0.3 } },
          encoding,
        },
        {
          transform: [{ filter: "datum.phase === 'live'" }],
          mark: { type: 'bar', height: { band: 0.78 } },
          encoding,
        },
      ],
    };
  };
}
