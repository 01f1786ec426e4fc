import { describe, expect, it } from 'vitest';
import { foldJournal } from '../../../../shared/adapters/postgres/fold-journal.ts';
import type { OrderState } from '../../../../shared/domain/execution/order.ts';
import { canAdopt, canMove } from '../../../../shared/domain/execution/transitions.ts';
import type { JournalEntry } from '../../../../shared/domain/ledger/journal.ts';
import { anEntry, anExit, NOON } from '../../../support/trade-builders.ts';

const STATES: readonly OrderState[] = [
  'planned',
  'sent',
  'unknown',
  'resting',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'abandoned',
];

const MOVES = STATES.flatMap((from) =>
  STATES.filter((to) => canMove(from, to) || canAdopt(from, to)).map((to) => ({ from, to })),
);

function moved(to: OrderState, atMs: number, intent = anEntry()): JournalEntry {
  const { clientOrderId } = intent;
  return {
    kind: 'order',
    journalId: `order:${clientOrderId}:${to}`,
    clientOrderId,
    intent,
    from: null,
    to,
    detail: to,
    atMs,
  };
}

describe('the state of an order folded from its journal', () => {
  it.each(MOVES)('is $to once it moved there from $from, whatever came first', ({ from, to }) => {
    // Clocks differ from one process to the next: the earlier state may carry the later time.
    const [before, after] = [moved(from, NOON + 9), moved(to, NOON)];
    for (const entries of [
      [before, after],
      [after, before],
    ]) {
      const { orders } = foldJournal(entries);
      expect(orders).toHaveLength(1);
      expect(orders[0]).toMatchObject({ state: to, detail: to, updatedAt: NOON });
    }
  });

  it('has every move of the domain among these', () => {
    expect(MOVES.length).toBeGreaterThan(15);
  });
});

function attempted(attempt: number, exitGeneration: number): JournalEntry {
  const clientOrderId = `exit-${exitGeneration}-${attempt}`;
  const intent = anExit({
    clientOrderId,
    attempt,
    exitGeneration,
    decidedAtMs: NOON + attempt,
  });
  const step = { from: null, to: 'planned', detail: '', atMs: NOON } as const;
  return { kind: 'order', journalId: clientOrderId, clientOrderId, intent, ...step };
}

describe('exits folded from the journal', () => {
  it('are one a claim, with the attempts made under it', () => {
    const { exits, attempts } = foldJournal([attempted(2, 1), attempted(1, 1), attempted(1, 2)]);
    expect(exits).toMatchObject([
      { generation: 1, decidedAt: NOON + 1, lastDecidedAt: NOON + 2, lastAttempt: 2 },
      { generation: 2, decidedAt: NOON + 1, lastDecidedAt: NOON + 1, lastAttempt: 1 },
    ]);
    expect(attempts.map(({ generation, attempt }) => [generation, attempt])).toEqual([
      [1, 2],
      [1, 1],
      [2, 1],
    ]);
  });
});
