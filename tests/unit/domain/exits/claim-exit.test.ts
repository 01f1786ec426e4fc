import { describe, expect, it } from 'vitest';
import {
  claimExit,
  returnSellable,
  takeSellable,
} from '../../../../shared/domain/exits/claim-exit.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { applyEntryFill } from '../../../../shared/domain/positions/fold-position.ts';
import type { Position } from '../../../../shared/domain/positions/position.ts';
import { aFillOf, anEntry } from '../../../support/trade-builders.ts';

const held = () => applyEntryFill(null, aFillOf(anEntry()), anEntry(), 'position-1');

function claimed(
  position: Position,
  ...claim: Parameters<typeof claimExit> extends [unknown, ...infer Rest] ? Rest : never
) {
  const result = claimExit(position, ...claim);
  if (result.kind !== 'claimed') throw new Error(`outranked by ${result.by}`);
  return result;
}

function taken(position: Position, count: number): Position {
  const result = takeSellable(position, contracts(count));
  if (result.kind !== 'taken') throw new Error('insufficient');
  return result.position;
}

describe('the claim on an exit', () => {
  it('starts the first generation and is kept by the rule that acts', () => {
    const first = claimed(held(), 'profit_target', 'medium').position;
    expect(first.exit).toMatchObject({ generation: 1, rule: 'profit_target', attempts: 0 });
    const acting = taken(first, 400);
    expect(claimed(acting, 'profit_target', 'medium').position).toBe(acting);
  });

  it('passes to a higher priority at once, which names the loser', () => {
    const acting = taken(claimed(held(), 'profit_target', 'medium').position, 400);
    const stop = claimed(acting, 'stop_loss', 'critical');
    expect(stop.superseded).toBe('profit_target');
    expect(stop.position.exit).toEqual({
      generation: 2,
      rule: 'stop_loss',
      priority: 'critical',
      sellable: 600,
      attempts: 0,
    });
  });

  it('is refused to a lower priority while sales are in flight, and given once none is', () => {
    const stop = claimed(held(), 'stop_loss', 'critical').position;
    const acting = taken(stop, 1_000);
    expect(claimExit(acting, 'profit_target', 'medium')).toEqual({
      kind: 'outranked',
      by: 'stop_loss',
    });
    const idle = returnSellable(acting, contracts(1_000));
    const target = claimed(idle, 'profit_target', 'medium');
    expect(target).toMatchObject({ superseded: null, position: { exit: { generation: 2 } } });
  });
});

describe('what may be sold', () => {
  it('is taken by each attempt and given back by what did not fill', () => {
    const position = claimed(held(), 'stop_loss', 'critical').position;
    const first = takeSellable(position, contracts(700));
    expect(first).toMatchObject({ kind: 'taken', attempt: 1 });
    if (first.kind !== 'taken') return;
    expect(takeSellable(first.position, contracts(301))).toEqual({
      kind: 'insufficient',
      sellable: 300,
    });
    const second = takeSellable(first.position, contracts(300));
    expect(second).toMatchObject({ attempt: 2, position: { exit: { sellable: 0 } } });
    expect(returnSellable(first.position, contracts(700)).exit.sellable).toBe(1_000);
    expect(() => returnSellable(first.position, contracts(701))).toThrow(/no more is sellable/);
  });

  it('is nothing of a closed position', () => {
    const closed = { ...held(), state: 'closed' } as const;
    expect(takeSellable(closed, contracts(1)).kind).toBe('insufficient');
    expect(() => claimExit(closed, 'stop_loss', 'critical')).toThrow(/open position/);
  });
});
