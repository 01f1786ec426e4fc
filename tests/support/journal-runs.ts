import type { EntryIntent, ExitIntent, OrderIntent } from '../../shared/domain/execution/intent.ts';
import type { OrderState } from '../../shared/domain/execution/order.ts';
import { canAdopt, canMove } from '../../shared/domain/execution/transitions.ts';
import type { Fill } from '../../shared/domain/execution/fill.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import {
  applyEntryFill,
  applyExitFill,
  settlePosition,
} from '../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../shared/domain/positions/position.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import { aFillOf, anEntry, anExit, NOON } from './trade-builders.ts';

/** A day's journal as the domain would write it, and where it ends: what tables folded from it must say. */
export type JournalRun = {
  readonly journal: readonly JournalEntry[];
  readonly positions: readonly Position[];
  /** The last state of each order. */
  readonly states: ReadonlyMap<string, OrderState>;
};

const STATES: readonly OrderState[] = [
  'planned',
  'sent',
  'unknown',
  'abandoned',
  'resting',
  'expired',
  'cancelled',
  'rejected',
  'filled',
];

/** Positions that are bought, sold in attempts, sometimes settled, with orders on every path that the domain allows. */
export function drawJournalRun(rng: Rng): JournalRun {
  const journal: JournalEntry[] = [];
  const states = new Map<string, OrderState>();
  const positions: Position[] = [];
  let atMs = NOON;
  const tick = (): number => (atMs += rng.integer(3));

  const walk = (intent: OrderIntent): void => {
    let from: OrderState | null = null;
    let to: OrderState = 'planned';
    for (;;) {
      const { clientOrderId } = intent;
      const journalId = `order:${clientOrderId}:${to}`;
      const detail = to === 'rejected' ? 'insufficient_balance' : '';
      journal.push({
        kind: 'order',
        journalId,
        clientOrderId,
        intent,
        from,
        to,
        detail,
        atMs: tick(),
      });
      states.set(clientOrderId, to);
      const at: OrderState = to;
      const next: readonly OrderState[] = STATES.filter(
        (state) => canMove(at, state) || canAdopt(at, state),
      );
      const chosen = next[rng.integer(next.length + 1)];
      if (chosen === undefined) return;
      from = to;
      to = chosen;
    }
  };

  const fillOf = (intent: OrderIntent, count: number): Fill =>
    aFillOf(intent, {
      tradeId: `trade-${journal.length}`,
      exchangeOrderId: `exchange-${intent.clientOrderId}`,
      price: price(100 + rng.integer(9_800)),
      count: contracts(count),
      fee: money(rng.integer(20_000)),
      exchangeTimeMs: tick(),
    });

  const noteFill = (intent: OrderIntent, fill: Fill, positionId: string, basis = 0): void => {
    journal.push({
      kind: 'fill',
      journalId: `fill:${fill.tradeId}`,
      fill,
      clientOrderId: intent.clientOrderId,
      positionId,
      exchangeIndex: intent.exchangeIndex,
      leg: intent.leg,
      purpose: intent.purpose,
      basis: money(basis),
      atMs: tick(),
    });
  };

  const noteClosed = (position: Position, cause: string): void => {
    journal.push({
      kind: 'position_closed',
      journalId: `position_closed:${position.positionId}`,
      positionId: position.positionId,
      market: position.market,
      leg: position.leg,
      cause,
      atMs: tick(),
    });
  };

  const buy = (entry: EntryIntent): Position | null => {
    let position: Position | null = null;
    for (let fills = 1 + rng.integer(3); fills > 0; fills -= 1) {
      const fill = fillOf(entry, 1 + rng.integer(500));
      position = applyEntryFill(position, fill, entry, entry.clientOrderId);
      noteFill(entry, fill, entry.clientOrderId);
    }
    return position;
  };

  const sell = (bought: Position, exit: ExitIntent): Position => {
    const fill = fillOf(exit, 1 + rng.integer(bought.quantity));
    const { position, basis } = applyExitFill(bought, fill);
    noteFill(exit, fill, bought.positionId, basis);
    if (position.state === 'closed') noteClosed(position, exit.rule);
    return position;
  };

  const settle = (held: Position): Position => {
    const { position, payout, basis } = settlePosition(held, { kind: 'yes' }, tick());
    journal.push({
      kind: 'settlement',
      journalId: `settlement:${held.positionId}`,
      market: held.market,
      positionId: held.positionId,
      exchangeIndex: held.exchangeIndex,
      leg: held.leg,
      result: { kind: 'yes' },
      quantity: held.quantity,
      basis,
      payout,
      fee: money(0),
      atMs: tick(),
    });
    noteClosed(position, 'settlement');
    return position;
  };

  for (let number = 1 + rng.integer(3); number > 0; number -= 1) {
    const leg = rng.chance(0.5) ? 'yes' : 'no';
    const entry = anEntry({ clientOrderId: `entry-${number}`, leg });
    walk(entry);
    if (rng.chance(0.2)) continue;
    let position = buy(entry);
    for (let attempt = 1; position !== null && position.state === 'open'; attempt += 1) {
      if (attempt > 4) {
        if (rng.chance(0.5)) position = settle(position);
        break;
      }
      const exit = anExit({
        clientOrderId: `exit-${number}-${attempt}`,
        positionId: position.positionId,
        leg,
        exitGeneration: attempt < 3 ? 1 : 2,
        attempt: attempt < 3 ? attempt : attempt - 2,
        rule: attempt < 3 ? 'profit_target' : 'stop_loss',
        decidedAtMs: NOON + attempt,
      });
      walk(exit);
      position = sell(position, exit);
    }
    if (position !== null) positions.push(position);
  }
  return { journal, positions, states };
}

/** The same entries in another order, some of them several times, cut into batches. */
export function drawDeliveries<T>(rng: Rng, items: readonly T[]): readonly (readonly T[])[] {
  const deliveries = items.flatMap((item) => (rng.chance(0.3) ? [item, item] : [item]));
  for (let last = deliveries.length - 1; last > 0; last -= 1) {
    const other = rng.integer(last + 1);
    const [a, b] = [deliveries[last], deliveries[other]];
    if (a !== undefined && b !== undefined) [deliveries[last], deliveries[other]] = [b, a];
  }
  const batches: T[][] = [];
  while (deliveries.length > 0) batches.push(deliveries.splice(0, 1 + rng.integer(8)));
  return batches;
}
