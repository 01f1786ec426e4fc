import { addContracts, subtractContracts, type Contracts } from '../money/contracts.ts';
import { invariant } from '../money/invariant.ts';
import type { Position } from '../positions/position.ts';
import type { ExitPriority, ExitRule } from './exit-rules.ts';

const RANK: Readonly<Record<ExitPriority, number>> = { critical: 2, medium: 1 };

/** Rank of a priority, larger goes first. */
export function priorityRank(priority: ExitPriority): number {
  return RANK[priority];
}

export type ExitClaimed =
  | {
      readonly kind: 'claimed';
      readonly position: Position;
      /** The rule that was acting and lost: its orders are cancelled by the winner. Null when none was. */
      readonly superseded: ExitRule | null;
    }
  /** Another exit of the same or a higher priority has sales in flight. */
  | { readonly kind: 'outranked'; readonly by: ExitRule };

/**
 * Claims the right to sell a position. The acting rule keeps its claim and generation; a higher priority raises the
 * generation at once; others wait until nothing is in flight. Exit ids are made of the generation and the attempt, so a
 * raised generation makes every step of the loser void.
 */
export function claimExit(position: Position, rule: ExitRule, priority: ExitPriority): ExitClaimed {
  invariant(position.state === 'open', 'only an open position is sold');
  const { exit } = position;
  if (exit.rule === rule && exit.priority === priority)
    return { kind: 'claimed', position, superseded: null };
  const inFlight = exit.sellable < position.quantity;
  if (exit.rule !== null && exit.priority !== null && inFlight) {
    if (priorityRank(priority) <= priorityRank(exit.priority))
      return { kind: 'outranked', by: exit.rule };
  }
  const generation = exit.generation + 1;
  return {
    kind: 'claimed',
    position: { ...position, exit: { ...exit, generation, rule, priority, attempts: 0 } },
    superseded: inFlight ? exit.rule : null,
  };
}

export type SellableTaken =
  | { readonly kind: 'taken'; readonly position: Position; readonly attempt: number }
  | { readonly kind: 'insufficient'; readonly sellable: Contracts };

/**
 * Takes a count out of what may still be sold, for one exit order, and numbers the attempt from 1. Sales resting and in
 * flight thus never exceed the position.
 */
export function takeSellable(position: Position, count: Contracts): SellableTaken {
  invariant(count > 0, 'an exit sells something');
  const { exit } = position;
  if (position.state !== 'open' || count > exit.sellable)
    return { kind: 'insufficient', sellable: exit.sellable };
  const attempt = exit.attempts + 1;
  const sellable = subtractContracts(exit.sellable, count);
  return {
    kind: 'taken',
    position: { ...position, exit: { ...exit, sellable, attempts: attempt } },
    attempt,
  };
}

/** Gives back the part of an exit order that did not fill, once the order is over and its fills are booked. */
export function returnSellable(position: Position, unfilled: Contracts): Position {
  const sellable = addContracts(position.exit.sellable, unfilled);
  invariant(sellable <= position.quantity, 'no more is sellable than the position holds');
  return { ...position, exit: { ...position.exit, sellable } };
}
