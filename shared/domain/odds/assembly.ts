import type { EpochMs, GameOutcome } from '../market/market.ts';
import { invariant } from '../money/invariant.ts';
import type { FreshnessLimits, OddsPhase } from './freshness.ts';
import {
  DELIVERY_OF,
  ODDS_FEEDS,
  type LineLeg,
  type OddsFeedName,
  type OddsSource,
} from './line.ts';

/** A leg that carries a price. */
export type QuotedLeg = Omit<LineLeg, 'quote'> & {
  readonly quote: Extract<LineLeg['quote'], { kind: 'quoted' }>;
};

/**
 * All outcomes of one book's winner market, as one feed brings them. `asOfMs` is when the oldest was said (`saidMs`).
 */
export type ValidLine = {
  readonly kind: 'valid';
  readonly source: OddsSource;
  readonly feed: OddsFeedName;
  /** One for each outcome, in the order of the outcomes that were asked for. */
  readonly legs: readonly QuotedLeg[];
  readonly asOfMs: EpochMs;
};

/** Why a source has no usable line. Ages are of when a leg was said against now. */
export type NoLine =
  | { readonly kind: 'missing' }
  | { readonly kind: 'waiting'; readonly missing: readonly GameOutcome[]; readonly ageMs: number }
  | { readonly kind: 'expired'; readonly ageMs: number }
  | { readonly kind: 'stale_leg'; readonly side: GameOutcome; readonly ageMs: number }
  | { readonly kind: 'suspended'; readonly ageMs: number }
  /** It is known from a polled feed only, and the game is on. */
  | { readonly kind: 'not_in_play' };

/** What came of a book's legs; logged and counted by its kind. */
export type Assembly = ValidLine | NoLine;

/**
 * The newest leg of each (feed, source, side) of one game, by the source's order (`orderOf`) and then its time, never
 * by arrival. Of two different statements with equal order the cautious one wins: a suspension, then the text that
 * sorts first; so the result is a function of the set of legs.
 */
export function latestLegs(legs: readonly LineLeg[]): readonly LineLeg[] {
  const latest: LineLeg[] = [];
  for (const leg of legs) {
    // A game has a dozen legs: looking through them is quicker than making keys of them.
    const at = latest.findIndex((other) => compareKeys(leg, other) === 0);
    const standing = latest[at];
    if (standing === undefined) latest.push(leg);
    else if (compareLegs(leg, standing) > 0) latest[at] = leg;
  }
  return latest.toSorted(compareKeys);
}

/** By side, source and feed: in the order of `legKey`. */
function compareKeys(a: LineLeg, b: LineLeg): number {
  return (
    compareText(a.side, b.side) || compareText(a.source, b.source) || compareText(a.feed, b.feed)
  );
}

/**
 * When something was said: by its source's time, but no later than it came. A clock that is ahead makes nothing young.
 */
export function saidMs({
  sourceTimeMs,
  receivedMs,
}: Pick<LineLeg, 'sourceTimeMs' | 'receivedMs'>): EpochMs {
  return Math.min(sourceTimeMs, receivedMs);
}

/** How far a feed's clock may be ahead of ours. */
const MOST_AHEAD_MS = 60_000;

/**
 * The place of a word in its source's own order, in microseconds. One that is further ahead than a clock may be has
 * that of when it came, so that it keeps nothing after it from being heard.
 */
export function orderOf({
  sequence,
  receivedMs,
}: Pick<LineLeg, 'sequence' | 'receivedMs'>): number {
  return sequence > (receivedMs + MOST_AHEAD_MS) * 1_000 ? receivedMs * 1_000 : sequence;
}

/** Which leg of a game a leg is a statement of. */
export function legKey({ feed, source, side }: Pick<LineLeg, 'feed' | 'source' | 'side'>): string {
  return `${side} ${source} ${feed}`;
}

/** Positive when `a` supersedes `b`; zero only when nothing distinguishes them. */
function compareLegs(a: LineLeg, b: LineLeg): number {
  return (
    orderOf(a) - orderOf(b) ||
    a.sequence - b.sequence ||
    a.sourceTimeMs - b.sourceTimeMs ||
    compareText(quoteText(b), quoteText(a)) ||
    // The same statement delivered again: its first arrival.
    b.receivedMs - a.receivedMs
  );
}

/** A suspension has the text that sorts first. */
const quoteText = (leg: LineLeg): string =>
  leg.quote.kind === 'suspended' ? '' : `${leg.quote.decimalOdds} ${leg.quote.raw}`;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The line of one source, or why there is none: of the feeds that bring it the first with a usable one, in the order of
 * `ODDS_FEEDS`. While a feed's word that it is suspended counts the feeds after it are not asked, and what one of them
 * said before a feed ahead of it spoke again is known to be over. Legs of two feeds are never joined.
 */
export function assembleLine(input: {
  readonly legs: readonly LineLeg[];
  readonly source: OddsSource;
  readonly outcomes: readonly GameOutcome[];
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly limits: FreshnessLimits;
}): Assembly {
  const told = input.legs.filter(({ source }) => source === input.source);
  if (told.length === 0) return { kind: 'missing' };
  const known = latestLegs(told);
  const ahead: LineLeg[] = [];
  let why: NoLine = { kind: 'missing' };
  for (const feed of ODDS_FEEDS) {
    const legs = known.filter((leg) => leg.feed === feed);
    if (legs.length === 0) continue;
    const found = assembleFeed({ ...input, feed, legs });
    if (found.kind === 'suspended') return found;
    if (found.kind === 'valid' && !isOvertaken(found, ahead)) return found;
    if (found.kind !== 'valid' && why.kind === 'missing') why = found;
    ahead.push(...legs);
  }
  return why;
}

/** Whether a feed ahead of this one spoke later of one of the outcomes. */
function isOvertaken({ legs }: ValidLine, ahead: readonly LineLeg[]): boolean {
  return legs.some((leg) =>
    ahead.some((other) => other.side === leg.side && saidMs(other) > saidMs(leg)),
  );
}

/**
 * In this order: nothing known; a feed that is not used in play; a suspended side (a statement that counts for as long
 * as a quote of any feed could, so that none from before it is ever used); an outcome that was not asked for, for then
 * all are of another market: the sides of one with a draw are not those of one without; one side missing, until the
 * others are too old themselves; the newest side too old (`expired`); one side too old or too far behind the newest
 * (`stale_leg`). A source time that was further ahead of our clock than the limit when it came is never believed.
 */
function assembleFeed({
  legs,
  source,
  feed,
  outcomes,
  phase,
  nowMs,
  limits,
}: {
  readonly legs: readonly LineLeg[];
  readonly source: OddsSource;
  readonly feed: OddsFeedName;
  readonly outcomes: readonly GameOutcome[];
  readonly phase: OddsPhase;
  readonly nowMs: EpochMs;
  readonly limits: FreshnessLimits;
}): Assembly {
  const known = outcomes.flatMap((side) => legs.find((leg) => leg.side === side) ?? []);
  if (known.length === 0) return { kind: 'missing' };
  const { quoteMaxAgeMs, sideStalenessMs } = limits[DELIVERY_OF[feed]];
  const maxAgeMs = quoteMaxAgeMs[phase];
  const maxApartMs = sideStalenessMs[phase];
  if (maxAgeMs === null || maxApartMs === null) return { kind: 'not_in_play' };

  const age = (leg: LineLeg): number =>
    Math.max(Math.abs(nowMs - saidMs(leg)), leg.sourceTimeMs - leg.receivedMs);
  const suspensions = known.filter((leg) => leg.quote.kind === 'suspended');
  if (suspensions.length > 0) {
    const suspendedMs = Math.min(...suspensions.map(age));
    if (suspendedMs <= longestAgeMs(limits, phase))
      return { kind: 'suspended', ageMs: suspendedMs };
  }
  if (legs.some(({ side }) => !outcomes.includes(side))) return { kind: 'missing' };
  const youngestMs = Math.min(...known.map(age));
  // Written so that a time that is none is never within a limit.
  if (!(youngestMs <= maxAgeMs)) return { kind: 'expired', ageMs: youngestMs };
  const missing = outcomes.filter((side) => !known.some((leg) => leg.side === side));
  if (missing.length > 0) return { kind: 'waiting', missing, ageMs: youngestMs };

  const oldest = known.reduce((a, b) => (age(b) > age(a) ? b : a));
  const times = known.map(({ sourceTimeMs }) => sourceTimeMs);
  const apartMs = Math.max(...times) - Math.min(...times);
  if (!(age(oldest) <= maxAgeMs && apartMs <= maxApartMs))
    return { kind: 'stale_leg', side: oldest.side, ageMs: age(oldest) };
  const quoted = known.filter(isQuoted);
  invariant(
    quoted.length === known.length,
    'a suspension of now was found, one of before is stale',
  );
  return { kind: 'valid', source, feed, legs: quoted, asOfMs: Math.min(...known.map(saidMs)) };
}

/** The age that a quote of some feed may have in a phase. */
function longestAgeMs(limits: FreshnessLimits, phase: OddsPhase): number {
  return Math.max(...Object.values(limits).map(({ quoteMaxAgeMs }) => quoteMaxAgeMs[phase] ?? 0));
}

function isQuoted(leg: LineLeg): leg is QuotedLeg {
  return leg.quote.kind === 'quoted';
}
