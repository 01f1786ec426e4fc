import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../shared/application/place-entry.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import { canonicalJson } from '../../shared/domain/decisions/canonical-json.ts';
import { toCanonical } from '../../shared/domain/decisions/canonical-value.ts';
import {
  aSignal,
  aTick,
  closedDesk,
  die,
  dyingAt,
  fillsOf,
  holdLease,
  openDesk,
  place,
  type TradingDesk,
} from '../support/trading-desk.ts';
import { startAndRecover } from '../../shared/application/start-and-recover.ts';

/** What the record of an order's decision approved, as text; null when it approved nothing. */
function approvedBy(desk: TradingDesk, order: Order): string | null {
  const { outcome } = desk.decisions.peek(order.intent.decisionId)!.record;
  const entry = outcome['entry'] as { kind: string; intent?: never } | undefined;
  if (entry !== undefined && entry.kind !== 'approved') return null;
  return canonicalJson(entry?.intent ?? outcome['intent'] ?? null);
}

function textOf({ intent }: Order): string {
  return canonicalJson(toCanonical(intent));
}

describe('an order stands on the decision that approved it', () => {
  it('a signal that was refused once is not approved when it is delivered again (seed 999)', async () => {
    const desk = closedDesk();
    expect(await startAndRecover(desk.deps)).toEqual({ kind: 'open' });
    const signal = aSignal(desk);
    expect(await placeEntry(desk.deps, signal)).toEqual({ kind: 'refused', code: 'lease_missing' });
    await holdLease(desk);
    expect(await placeEntry(desk.deps, signal)).toEqual({
      kind: 'refused',
      code: 'already_decided',
    });
    expect(desk.exchange.submitted).toEqual([]);
    expect(desk.store.peekAll('orders')).toEqual([]);
    const [record, ...others] = await desk.decisions.all();
    expect(others).toEqual([]);
    expect(record!.record.outcome['entry']).toMatchObject({ kind: 'refused' });
  });

  it('an entry that died after its decision is not made of another one', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_decision_recorded'), signal));
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
    const again = await placeEntry(desk.deps, signal);
    expect(again.kind).toBe('placed');
    for (const order of desk.store.peekAll('orders'))
      expect(approvedBy(desk, order)).toBe(textOf(order));
  });

  it('an exit that died after its decision sells later under a decision of its own (seed 50)', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000, fee: 174_800 }));
    const entry = await place(desk);
    for (const fill of await fillsOf(desk))
      await applyOrderUpdate(desk.deps, {
        kind: 'fill',
        fill,
        clientOrderId: entry.intent.clientOrderId,
      });
    const high = aTick(desk, { n: 2, bid: 6_600, ask: 6_800 });
    await die(evaluateExits(dyingAt(desk, 'after_decision_recorded'), high));

    desk.clock.advance(1_000);
    desk.exchange.answer(desk.exchange.accepts({ at: 6_300, count: 1_000, fee: 163_200 }));
    const lower = await evaluateExits(desk.deps, aTick(desk, { n: 3, bid: 6_300, ask: 6_500 }));
    expect(lower.kind).toBe('exiting');
    const exits = desk.store.peekAll('orders').filter(({ intent }) => intent.purpose === 'exit');
    expect(exits).toHaveLength(1);
    expect(approvedBy(desk, exits[0]!)).toBe(textOf(exits[0]!));
    const decided = (await desk.decisions.all()).filter(({ record }) => record.kind === 'exit');
    expect(decided).toHaveLength(2);
  });
});
