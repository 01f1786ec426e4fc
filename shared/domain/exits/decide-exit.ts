import { bookSideOf, type BookSide } from '../execution/intent.ts';
import { collarThrough } from '../execution/price-collar.ts';
import type { BookView } from '../market/book-view.ts';
import { phaseOf } from '../market/exchange-calendar.ts';
import type { EpochMs, Market } from '../market/market.ts';
import { ceilToGrid, floorToGrid } from '../market/tick-grid.ts';
import type { Contracts } from '../money/contracts.ts';
import type { Price } from '../money/price.ts';
import type { Crossing, Position } from '../positions/position.ts';
import { isStopCrossed, isTargetCrossed } from './exit-levels.ts';
import type { ExitPriority, ExitRule, ExitRules } from './exit-rules.ts';

export type HoldReason =
  | 'position_closed'
  | 'no_mark'
  | 'mark_kept'
  | 'within_levels'
  | 'confirming'
  | 'market_not_active'
  /** Its close has passed: nothing can be sold until it is reopened, and settlement pays. */
  | 'market_closed'
  | 'nothing_sellable'
  | 'no_price';

/** What to do with a position now. `crossing` is to be stored with the position whatever was decided. */
export type ExitDecision =
  | {
      readonly kind: 'exit';
      readonly rule: ExitRule;
      readonly priority: ExitPriority;
      /** Worst price to sell at, on the YES scale, on the grid and within the collar. */
      readonly limitPrice: Price;
      readonly count: Contracts;
      /** All rules that fired, highest priority first; the first one acts. */
      readonly triggered: readonly ExitRule[];
      readonly crossing: Crossing | null;
    }
  | { readonly kind: 'hold'; readonly reason: HoldReason; readonly crossing: Crossing | null };

type Rule = {
  readonly rule: ExitRule;
  readonly priority: ExitPriority;
  /** Whether the level must stay crossed for `confirmMs` before it is believed. */
  readonly confirms: boolean;
  readonly crossed: (position: Position, legPrice: Price, rules: ExitRules) => boolean;
};

/** Highest priority first. */
const RULES: readonly Rule[] = [
  { rule: 'stop_loss', priority: 'critical', confirms: true, crossed: isStopCrossed },
  { rule: 'profit_target', priority: 'medium', confirms: false, crossed: isTargetCrossed },
];

/**
 * Decides whether to sell, from the position's mark, which must be of the same moment as `view`. Only a mark that was
 * not kept triggers anything, and a stop is believed when two such marks at least `confirmMs` apart are crossed and none
 * between them was not: on a quiet book, where marks are kept for a while, the wait goes on. Sells all that is sellable, immediate-or-cancel, at most the collar below the touch.
 */
export function decideExit({
  position,
  rules,
  view,
  nowMs,
  market,
}: {
  readonly position: Position;
  readonly rules: ExitRules;
  readonly view: BookView;
  readonly nowMs: EpochMs;
  readonly market: Market;
}): ExitDecision {
  const { mark } = position;
  if (position.state === 'closed') return hold('position_closed', null);
  if (mark === null) return hold('no_mark', null);
  // Without a book to believe nothing is known: the wait neither goes on nor starts over.
  if (mark.kept) return hold('mark_kept', position.crossing);

  const crossed = RULES.filter((rule) => rule.crossed(position, mark.legPrice, rules));
  const crossing = crossingOf(crossed, position.crossing, nowMs);
  const triggered = crossed.filter(
    (rule) => !rule.confirms || isConfirmed(rule, crossing, nowMs, rules.confirmMs),
  );
  const [first] = triggered;
  if (first === undefined)
    return hold(crossed.length > 0 ? 'confirming' : 'within_levels', crossing);
  const phase = phaseOf(market, nowMs);
  if (phase === 'closed') return hold('market_closed', crossing);
  if (phase !== 'open') return hold('market_not_active', crossing);
  if (position.exit.sellable === 0) return hold('nothing_sellable', crossing);
  const limitPrice = worstSale({
    bookSide: bookSideOf({ purpose: 'exit', leg: position.leg }),
    view,
    cents: rules.collarCents[first.priority],
    market,
  });
  if (limitPrice === null) return hold('no_price', crossing);
  return {
    kind: 'exit',
    rule: first.rule,
    priority: first.priority,
    limitPrice,
    count: position.exit.sellable,
    triggered: triggered.map(({ rule }) => rule),
    crossing,
  };
}

/** The crossing of the highest rule that waits for confirmation, with the time at which it was first seen. */
function crossingOf(
  crossed: readonly Rule[],
  before: Crossing | null,
  nowMs: EpochMs,
): Crossing | null {
  const waiting = crossed.find((rule) => rule.confirms);
  if (waiting === undefined) return null;
  return before?.rule === waiting.rule ? before : { rule: waiting.rule, sinceMs: nowMs };
}

function isConfirmed(
  rule: Rule,
  crossing: Crossing | null,
  nowMs: EpochMs,
  confirmMs: number,
): boolean {
  return crossing?.rule === rule.rule && nowMs - crossing.sinceMs >= confirmMs;
}

/** The last grid price within the collar; null when there is nothing to sell to. */
function worstSale({
  bookSide,
  view,
  cents,
  market,
}: {
  readonly bookSide: BookSide;
  readonly view: BookView;
  readonly cents: number;
  readonly market: Market;
}): Price | null {
  const collar = collarThrough({ bookSide, view, cents });
  if (collar === null) return null;
  return bookSide === 'bid'
    ? floorToGrid(collar.highest, market.priceRanges)
    : ceilToGrid(collar.lowest, market.priceRanges);
}

function hold(reason: HoldReason, crossing: Crossing | null): ExitDecision {
  return { kind: 'hold', reason, crossing };
}
