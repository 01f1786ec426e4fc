import type { EpochMs } from '../market/market.ts';
import type { FairLine, LineRefusal } from './fair-line.ts';

/** A line of a game, or why there was none, as it was told. It stands until the next one is told. */
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
 * A line that was withdrawn longer than this before the start is no closing line: books take theirs down minutes before,
 * and what moved after that is what a closing line is asked for.
 */
export const CLOSING_WITHIN_MS = 600_000;

/**
 * Opening and closing line of a game out of all that was told of it, in any order. Only lines that were told before the
 * start, of odds of before the start, are looked at. The closing line is the last of them, however long ago it was told,
 * if it still stood at the start, or nothing took its place but the word that there is none, at most
 * `CLOSING_WITHIN_MS` before it. Of two told at the same time the word that there is none comes last.
 */
export function openingAndClosing(lines: readonly ToldLine[], startTimeMs: EpochMs): GameLines {
  const before = lines
    .filter(({ atMs, line }) => atMs < startTimeMs && !isOfPlay(line, startTimeMs))
    .toSorted(compareTold);
  const valid = before.filter(isLine);
  const [opening = null] = valid;
  const last = valid.at(-1) ?? null;
  const withdrawn = last === null ? undefined : before[before.lastIndexOf(last) + 1];
  const isClosing = withdrawn === undefined || startTimeMs - withdrawn.atMs <= CLOSING_WITHIN_MS;
  return { opening, closing: isClosing ? last : null };
}

function isOfPlay(line: FairLine | LineRefusal, startTimeMs: EpochMs): boolean {
  return line.kind === 'line' && line.asOfMs >= startTimeMs;
}

function isLine(told: ToldLine): told is ToldLine<FairLine> {
  return told.line.kind === 'line';
}

function compareTold(a: ToldLine, b: ToldLine): number {
  return a.atMs - b.atMs || asOf(a) - asOf(b) || compareText(textOf(a), textOf(b));
}

const asOf = ({ line }: ToldLine): number =>
  line.kind === 'line' ? line.asOfMs : Number.POSITIVE_INFINITY;
const textOf = ({ line }: ToldLine): string => JSON.stringify(line);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
