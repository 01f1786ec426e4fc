import type { EpochMs } from '../market/market.ts';
import type { FairLine, LineRefusal } from './fair-line.ts';

/** A line, or the word that there is none, as far as it is looked at here. */
type LineWord =
  { readonly kind: 'line'; readonly asOfMs: EpochMs } | { readonly kind: LineRefusal['kind'] };

/** A line of a game, or why there was none, as it was told. One that goes on standing is told again. */
export type ToldLine<Line extends LineWord = FairLine | LineRefusal> = {
  readonly atMs: EpochMs;
  readonly line: Line;
};

type WithLine<Told> = Told & { readonly line: { readonly kind: 'line' } };

/** The first and the last line of a game before its start; null where there is none that may be called so. */
export type GameLines<Told extends ToldLine<LineWord> = ToldLine> = {
  readonly opening: WithLine<Told> | null;
  readonly closing: WithLine<Told> | null;
};

/**
 * A line that was last told longer than this before the start is no closing line: it was withdrawn, or nobody was there
 * to see it stand, and what moved after that is what a closing line is asked for. Twice as long as a line that stands
 * takes to be told again.
 */
export const CLOSING_WITHIN_MS = 600_000;

/**
 * Opening and closing line of a game out of all that was told of it, in any order. Only lines that were told before the
 * start, of odds of before the start, are looked at. The closing line is the last of them, if it was told at most
 * `CLOSING_WITHIN_MS` before the start; that it was withdrawn since, as books do minutes before, takes nothing away.
 */
export function openingAndClosing<Told extends ToldLine<LineWord>>(
  lines: readonly Told[],
  startTimeMs: EpochMs,
): GameLines<Told> {
  const before = lines
    .filter(isLine)
    .filter(({ atMs, line }) => atMs < startTimeMs && line.asOfMs < startTimeMs)
    .toSorted(compareTold);
  const last = before.at(-1) ?? null;
  const isClosing = last !== null && startTimeMs - last.atMs <= CLOSING_WITHIN_MS;
  return { opening: before[0] ?? null, closing: isClosing ? last : null };
}

type WordOfLine = Extract<LineWord, { kind: 'line' }>;

function isLine<Told extends ToldLine<LineWord>>(
  told: Told,
): told is WithLine<Told> & ToldLine<WordOfLine> {
  return told.line.kind === 'line';
}

function compareTold(a: ToldLine<WordOfLine>, b: ToldLine<WordOfLine>): number {
  return a.atMs - b.atMs || a.line.asOfMs - b.line.asOfMs || compareText(textOf(a), textOf(b));
}

const textOf = ({ line }: ToldLine<WordOfLine>): string => JSON.stringify(line);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
