import { canAdopt, canMove } from '../../shared/domain/execution/transitions.ts';
import type { OrderState } from '../../shared/domain/execution/order.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { InvariantTally } from './invariant-tally.ts';

/** Follows the journal as it is written: states, single bookings, integers. */
export class JournalWatch {
  readonly #tally: InvariantTally;
  readonly #states = new Map<string, OrderState>();
  readonly #fills = new Set<string>();
  readonly #settled = new Set<string>();

  constructor(tally: InvariantTally) {
    this.#tally = tally;
  }

  onEntries(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#onEntry(entry);
  }

  #onEntry(entry: JournalEntry): void {
    const tally = this.#tally;
    switch (entry.kind) {
      case 'order': {
        const before = this.#states.get(entry.clientOrderId) ?? null;
        const { from, to } = entry;
        const forward = from === null ? to === 'planned' : canMove(from, to) || canAdopt(from, to);
        tally.check(
          4,
          before === from && forward,
          () => `order ${entry.clientOrderId} goes from ${before} (said ${from}) to ${to}`,
        );
        this.#states.set(entry.clientOrderId, to);
        return;
      }
      case 'fill':
        tally.check(
          12,
          !this.#fills.has(entry.journalId),
          () => `${entry.journalId} is booked a second time`,
        );
        this.#fills.add(entry.journalId);
        this.#integers(entry.journalId, [
          entry.fill.count,
          entry.fill.price,
          entry.fill.fee,
          entry.basis,
        ]);
        return;
      case 'settlement':
        tally.check(
          14,
          !this.#settled.has(entry.market),
          () => `${entry.market} is settled a second time`,
        );
        this.#settled.add(entry.market);
        this.#integers(entry.journalId, [entry.quantity, entry.basis, entry.payout, entry.fee]);
        return;
      case 'opening':
        this.#integers(entry.journalId, [entry.cash]);
        return;
      case 'residual':
        this.#integers(entry.journalId, [entry.amount]);
        return;
      case 'position_opened':
      case 'position_closed':
        return;
    }
  }

  #integers(what: string, amounts: readonly number[]): void {
    this.#tally.check(15, amounts.every(Number.isSafeInteger), () => `${what} is not in integers`);
  }
}
