import type { EpochMs } from '../market/market.ts';
import type { FairLine, LineRefusal } from './fair-line.ts';

/** A line of a game, or why there was none, as it was told. One that goes on standing is told again. */
export type ToldLine<Line extends FairLine | LineRefusal = FairLine | LineRefusal> = {
  readonly atMs: EpochMs;
  readonly line: Line;
};

/** The first and the last line of a game before its start; null where there is none that may be called so. */
export type GameLines = {
  readonly opening: ToldLine<FairLine> | null;
  readonly closing: ToldLine<FairLine> | null;
};

/**
 * A line that was last told longer than this before the start is no closing line: it was withdrawn, or nobody was there to
 * see it stand, and what moved after that is what a closing line is asked for. Twice as long as a line that stands takes
 * to be told again.
 */
export const CLOSING_WITHIN_MS = 600_000;

/**
 * Opening and closing line of a game out of all that was told of it, in any order. Only lines that were told before the
 * start, of odds of before the start, are looked at. The closing line is the last of them, if it was told at most
 * `CLOSING_WITHIN_MS` before the start; that it was withdrawn since, as books do minutes before, takes nothing away.
 */
export function openingAndClosing(lines: readonly ToldLine[], startTimeMs: EpochMs): GameLines {
  const before = lines
    .filter(isLine)
    .filter(({ atMs, line }) => atMs < startTimeMs && line.asOfMs < startTimeMs)
    .toSorted(compareTold);
  const last = before.at(-1) ?? null;
  const isClosing = last !== null && startTimeMs - last.atMs <= CLOSING_WITHIN_MS;
  return { opening: before[0] ?? null, closing: isClosing ? last : null };
}

function isLine(told: ToldLine): told is ToldLine<FairLine> {
  return told.line.kind === 'line';
}

function compareTold(a: ToldLine<FairLine>, b: ToldLine<FairLine>): number {
  return a.atMs - b.atMs || a.line.asOfMs - b.line.asOfMs || compareText(textOf(a), textOf(b));
}

const textOf = ({ line }: ToldLine): string => JSON.stringify(line);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
