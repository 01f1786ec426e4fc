import type { EpochMs, GameSide } from '../market/market.ts';
import type { FreshnessLimits, OddsPhase } from './freshness.ts';
import type { LineLeg, OddsSource } from './line.ts';

/** The sportsbooks whose lines may become a fair value. */
export type LineSource = 'pinnacle' | 'draftkings';

/** Which of them may speak, in configuration and in the log at the start. */
export type ArbitrationRule = 'pinnacle_only' | 'pinnacle_then_draftkings';

/** A leg that carries a price. */
export type QuotedLeg = Omit<LineLeg, 'quote'> & {
  readonly quote: Extract<LineLeg['quote'], { kind: 'quoted' }>;
};

/** Both sides of one source's moneyline. `asOfMs` is the older of the two source times. */
export type LinePair = {
  readonly kind: 'pair';
  readonly source: OddsSource;
  readonly home: QuotedLeg;
  readonly away: QuotedLeg;
  readonly asOfMs: EpochMs;
};

/** Why a source has no usable pair. Ages are of the source's time against now. */
export type NoPair =
  | { readonly kind: 'missing' }
  | { readonly kind: 'waiting'; readonly missing: GameSide }
  | { readonly kind: 'expired'; readonly ageMs: number }
  | { readonly kind: 'stale_leg'; readonly side: GameSide; readonly ageMs: number }
  | { readonly kind: 'suspended'; readonly ageMs: number };

export type SourceReason = { readonly source: LineSource; readonly why: NoPair };

export type Arbitration =
  | {
      readonly kind: 'line';
      readonly pair: LinePair;
      readonly sources: readonly LineSource[];
      readonly rule: ArbitrationRule;
    }
  | { readonly kind: 'unavailable'; readonly reasons: readonly SourceReason[] };

const SOURCES: Readonly<Record<ArbitrationRule, readonly LineSource[]>> = {
  pinnacle_only: ['pinnacle'],
  pinnacle_then_draftkings: ['pinnacle', 'draftkings'],
};

/**
 * The newest leg of each (source, side) of one game, by the source's sequence and then its time, never by arrival. Of
 * two different statements with equal order the cautious one wins: a suspension, then the text that sorts first; so the
 * result is a function of the set of legs.
 */
export function latestLegs(legs: readonly LineLeg[]): readonly LineLeg[] {
  const latest = new Map<string, LineLeg>();
  for (const leg of legs) {
    const key = `${leg.side} ${leg.source}`;
    const standing = latest.get(key);
    if (standing === undefined || compareLegs(leg, standing) > 0) latest.set(key, leg);
  }
  return [...latest.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, leg]) => leg);
}

/** Positive when `a` supersedes `b`; zero only when nothing distinguishes them. */
function compareLegs(a: LineLeg, b: LineLeg): number {
  return (
    a.sequence - b.sequence ||
    a.sourceTimeMs - b.sourceTimeMs ||
    rankQuote(a) - rankQuote(b) ||
    compareText(quoteText(b), quoteText(a)) ||
    // The same statement delivered again: its first arrival.
    b.receivedMs - a.receivedMs
  );
}

const rankQuote = (leg: LineLeg): number => (leg.quote.kind === 'suspended' ? 1 : 0);
const quoteText = (leg: LineLeg): string =>
  leg.quote.kind === 'suspended' ? '' : `${leg.quote.decimalOdds} ${leg.quote.raw}`;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The pair of one source, or why there is none. In this order: nothing known; a suspended side (a statement that ages
 * like a quote); one side missing, until the other is too old itself; the newer side too old (`expired`); one side too
 * old or too far behind the other (`stale_leg`). A source time further ahead of now than the limit is as little
 * believed as one that far behind.
 */
export function assemblePair(input: {
  readonly legs: readonly LineLeg[];
  readonly source: OddsSource;
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly limits: FreshnessLimits;
}): LinePair | NoPair {
  const { source, phase, nowMs, limits } = input;
  const known = latestLegs(input.legs.filter((leg) => leg.source === source));
  const home = known.find((leg) => leg.side === 'home');
  const away = known.find((leg) => leg.side === 'away');
  if (home === undefined && away === undefined) return { kind: 'missing' };

  const maxAgeMs = limits.quoteMaxAgeMs[phase];
  const age = (leg: LineLeg): number => Math.abs(nowMs - leg.sourceTimeMs);
  const suspended = known.find((leg) => leg.quote.kind === 'suspended' && age(leg) <= maxAgeMs);
  if (suspended !== undefined) return { kind: 'suspended', ageMs: age(suspended) };
  const youngestMs = Math.min(...known.map(age));
  if (youngestMs > maxAgeMs) return { kind: 'expired', ageMs: youngestMs };
  if (home === undefined || away === undefined)
    return { kind: 'waiting', missing: home === undefined ? 'home' : 'away' };

  const older = age(home) >= age(away) ? home : away;
  const apartMs = Math.abs(home.sourceTimeMs - away.sourceTimeMs);
  if (age(older) > maxAgeMs || apartMs > limits.sideStalenessMs[phase])
    return { kind: 'stale_leg', side: older.side, ageMs: age(older) };
  if (!isQuoted(home) || !isQuoted(away)) return { kind: 'suspended', ageMs: age(older) };
  return {
    kind: 'pair',
    source,
    home,
    away,
    asOfMs: Math.min(home.sourceTimeMs, away.sourceTimeMs),
  };
}

function isQuoted(leg: LineLeg): leg is QuotedLeg {
  return leg.quote.kind === 'quoted';
}

/**
 * Which source's line counts now: the first in the rule's order that has a usable pair. While a source's suspension is
 * fresh nobody after it is asked: it has just seen a reason not to quote, and a line that has not yet moved is the one
 * to lose money on. The result depends on the set of legs only, not on their order or repetition.
 */
export function arbitrate(input: {
  readonly legs: readonly LineLeg[];
  readonly rule: ArbitrationRule;
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly limits: FreshnessLimits;
}): Arbitration {
  const { rule, ...rest } = input;
  const reasons: SourceReason[] = [];
  for (const source of SOURCES[rule]) {
    const found = assemblePair({ ...rest, source });
    if (found.kind === 'pair') return { kind: 'line', pair: found, sources: [source], rule };
    reasons.push({ source, why: found });
    if (found.kind === 'suspended') break;
  }
  return { kind: 'unavailable', reasons };
}
