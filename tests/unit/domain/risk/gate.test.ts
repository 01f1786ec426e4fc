import { describe, expect, it } from 'vitest';
import type { EntryIntent, OrderIntent } from '../../../../shared/domain/execution/intent.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { price } from '../../../../shared/domain/money/price.ts';
import {
  gate,
  RISK_REFUSAL_EXPLANATIONS,
  type RiskApproved,
} from '../../../../shared/domain/risk/gate.ts';
import type { HeadroomKey } from '../../../../shared/domain/risk/headroom.ts';
import type { TradingCause } from '../../../../shared/domain/risk/trading-state.ts';
import { aMarket, anEntry, anExit, NOON } from '../../../support/trade-builders.ts';

const PLENTY = () => Number.MAX_SAFE_INTEGER;

function pass<T extends OrderIntent>(
  intent: T,
  change: {
    readonly states?: readonly TradingCause['state'][];
    readonly leaseExpiresAtMs?: number | null;
    readonly room?: (key: HeadroomKey) => number;
    readonly nowMs?: number;
  } = {},
) {
  return gate({
    intent,
    market: aMarket(),
    sources: ['pinnacle'],
    causes: (change.states ?? []).map((state) => ({
      code: 'operator',
      scope: { kind: 'source', source: 'pinnacle' },
      state,
      sinceMs: NOON,
      detail: '',
    })),
    leaseExpiresAtMs:
      change.leaseExpiresAtMs === undefined ? NOON + 10_000 : change.leaseExpiresAtMs,
    nowMs: change.nowMs ?? NOON,
    limits: { entryMaxAgeMs: 1_000, closeGuardMs: 60_000, collar: null, leaseMarginMs: 2_000 },
    room: change.room ?? PLENTY,
  });
}

describe('the gate', () => {
  it('approves an entry that nothing speaks against, and keeps its type', () => {
    const verdict = pass(anEntry());
    expect(verdict).toMatchObject({ kind: 'approved', approval: { approvedAtMs: NOON } });
    if (verdict.kind !== 'approved') return;
    const approval: RiskApproved<EntryIntent> = verdict.approval;
    expect(approval.value.stamp).toEqual({ epoch: 1, n: 1 });
  });

  it('is the only maker of approvals', () => {
    // @ts-expect-error An approval cannot be written down.
    const forged: RiskApproved<EntryIntent> = { value: anEntry(), approvedAtMs: NOON };
    expect(forged.approvedAtMs).toBe(NOON);
  });

  it.each([
    ['refuse', 'trading_refused'],
    ['reduce', 'trading_reduced'],
    ['flatten', 'trading_flattening'],
  ] as const)('refuses entries and lets exits pass in %s', (state, code) => {
    expect(pass(anEntry(), { states: [state] })).toEqual({
      kind: 'refused',
      code,
      numbers: { cause: 'operator', scope: 'source:pinnacle', sinceMs: NOON },
    });
    expect(pass(anExit(), { states: [state] }).kind).toBe('approved');
  });

  it('lets an exit pass without lease, room or youth', () => {
    const change = { leaseExpiresAtMs: null, room: () => -1, nowMs: NOON + 3_600_000 };
    expect(pass(anExit(), change).kind).toBe('approved');
  });

  it.each([
    [null, false],
    [NOON + 2_000, false],
    [NOON + 2_001, true],
  ])('wants the lease beyond its margin: %s', (leaseExpiresAtMs, approved) => {
    const verdict = pass(anEntry(), { leaseExpiresAtMs });
    expect(verdict.kind === 'approved').toBe(approved);
    if (verdict.kind === 'refused') expect(verdict.code).toBe('lease_missing');
  });

  it.each([
    ['account', 52_000_00, 'no_room_account'],
    ['event:KXNFLGAME-26NOV22', 52_000_00, 'no_room_event'],
    ['market:KXNFLGAME-26NOV22-KC', 52_000_00, 'no_room_market'],
    ['cash:0', 53_750_00, 'no_room_cash'],
    ['slots', 1, 'no_room_slots'],
  ] as const)('wants room in %s for what the entry reserves', (scope, needed, code) => {
    const room = (available: number) => (key: HeadroomKey) =>
      key === scope ? available : PLENTY();
    expect(pass(anEntry(), { room: room(needed) }).kind).toBe('approved');
    expect(pass(anEntry(), { room: room(needed - 1) })).toEqual({
      kind: 'refused',
      code,
      numbers: { scope, needed, available: needed - 1 },
    });
  });

  it('refuses an unsound intent of either purpose', () => {
    expect(pass(anEntry({ count: contracts(0) }))).toMatchObject({ code: 'count_not_positive' });
    expect(pass(anExit({ limitPrice: price(5_250) }))).toMatchObject({ code: 'off_grid' });
  });

  it('explains each of its codes in a sentence', () => {
    for (const text of Object.values(RISK_REFUSAL_EXPLANATIONS))
      expect(text).toMatch(/^[A-Z].*\.$/);
  });
});
