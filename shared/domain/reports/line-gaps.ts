import type { EpochMs } from '../market/market.ts';
import type { LineRefusal } from '../pricing/fair-line.ts';
import type { RecordedLine, TimeSpan } from './game-record.ts';

/** Why no line stood: what the feeder said, or that nothing was heard. */
export type GapCause = LineRefusal['code'] | 'silence';

export type Gap = TimeSpan & { readonly cause: GapCause };

/** Covered time and gaps make up the span exactly; gaps of one cause do not touch. */
export type SpanCover = { readonly coveredMs: number; readonly gaps: readonly Gap[] };

/**
 * How long of a span a line stood, and the gaps. `lines` is all that was told of the game, in order. A line stands
 * until the next word; as one that stands is told again and again, it is known to do so for `silenceAfterMs` at most. A
 * word that there is none holds until the next word.
 */
export function coverOf(
  lines: readonly RecordedLine[],
  span: TimeSpan,
  silenceAfterMs: number,
): SpanCover {
  let coveredMs = 0;
  const gaps: Gap[] = [];
  for (const { cause, ...stretch } of stretchesOf(lines, silenceAfterMs)) {
    const fromMs = Math.max(stretch.fromMs, span.fromMs);
    const toMs = Math.min(stretch.toMs, span.toMs);
    if (toMs <= fromMs) continue;
    const before = gaps.at(-1);
    if (cause === null) coveredMs += toMs - fromMs;
    else if (before?.cause === cause && before.toMs === fromMs)
      gaps[gaps.length - 1] = { ...before, toMs };
    else gaps.push({ fromMs, toMs, cause });
  }
  return { coveredMs, gaps };
}

type Stretch = {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly cause: Gap['cause'] | null;
};

/** All time, in order: what each word says until the next. */
function* stretchesOf(lines: readonly RecordedLine[], silenceAfterMs: number): Iterable<Stretch> {
  yield { fromMs: -Infinity, toMs: lines[0]?.atMs ?? Infinity, cause: 'silence' };
  for (const [at, { atMs, line }] of lines.entries()) {
    const nextMs = lines[at + 1]?.atMs ?? Infinity;
    if (line.kind === 'refused') {
      yield { fromMs: atMs, toMs: nextMs, cause: line.code };
      continue;
    }
    const heardMs = Math.min(nextMs, atMs + silenceAfterMs);
    yield { fromMs: atMs, toMs: heardMs, cause: null };
    yield { fromMs: heardMs, toMs: nextMs, cause: 'silence' };
  }
}
