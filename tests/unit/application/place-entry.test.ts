import { describe, expect, it } from 'vitest';
import { LEASE_KEY, takeLease } from '../../../shared/application/feeder-lease.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { startAndRecover } from '../../../shared/application/start-and-recover.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import type { CauseScope, TradingState } from '../../../shared/domain/risk/trading-state.ts';
import { fromCanonical } from '../../../shared/domain/decisions/canonical-value.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import {
  aSignal,
  closedDesk,
  die,
  dyingAt,
  expectBalanced,
  KC,
  onlyOrder,
  openDesk,
  place,
  placed,
  TRADING_CONFIG,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const COST = 5_200_000;
const FEES = 174_800;
const BUF = { ticker: 'KXNFLGAME-26NOV22-BUF', eventTicker: 'KXNFLGAME-26NOV22B' } as const;

const cause = (scope: CauseScope, state: Exclude<TradingState, 'open'> = 'refuse') =>
  ({ code: 'operator', scope, state, sinceMs: 0, detail: 'test' }) as const;

async function refusal(desk: TradingDesk, change = {}): Promise<string> {
  const placement = await placeEntry(desk.deps, aSignal(desk, change));
  return placement.kind === 'refused' ? placement.code : `placed as ${placement.order.state}`;
}

describe('an entry', () => {
  it('is reserved and stored before it is sent, immediate-or-cancel at its limit', async () => {
    const desk = await openDesk();
    const seen: unknown[] = [];
    desk.exchange.answer((request) => {
      seen.push(onlyOrder(desk).state, onlyOrder(desk).reservation);
      return desk.exchange.accepts()(request);
    });
    const order = await place(desk);
    expect(seen).toEqual(['sent', { exposure: COST, cash: COST + FEES, slots: 1 }]);
    expect(desk.exchange.submitted).toEqual([
      {
        clientOrderId: order.intent.clientOrderId,
        market: KC,
        exchangeIndex: 0,
        bookSide: 'bid',
        limitPrice: 5_200,
        count: 1_000,
        reduceOnly: false,
        selfTrade: 'cancel_taker',
        orderGroupId: null,
      },
    ]);
  });

  it('holds its whole worst case back while it is in flight', async () => {
    const desk = await openDesk();
    desk.exchange.answer(async (request) => {
      expect(await desk.store.headroom('account')).toBe(3_000_000_000 - COST);
      expect(await desk.store.headroom(`market:${KC}`)).toBe(1_000_000_000 - COST);
      expect(await desk.store.headroom('cash:0')).toBe(10_000_000_000 - COST - FEES);
      expect(await desk.store.headroom('slots')).toBe(4);
      await expectBalanced(desk);
      return desk.exchange.accepts()(request);
    });
    await place(desk);
  });

  it('that found nothing is over, gives everything back and frees its market', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    expect(await place(desk)).toMatchObject({ state: 'cancelled', reservation: { cash: 0 } });
    expect(await desk.store.headroom('slots')).toBe(5);
    expect(desk.store.peek('ownership', KC)).toMatchObject({ holder: null, generation: 1 });
    await expectBalanced(desk);
  });

  it('that was rejected gives everything back and says why', async () => {
    const desk = await openDesk();
    desk.exchange.answer(() => ({ kind: 'rejected', code: 'invalid_price', message: 'no' }));
    expect(await place(desk)).toMatchObject({
      state: 'rejected',
      rejection: { code: 'invalid_price', message: 'no' },
    });
    expect(desk.store.peek('ownership', KC)?.holder).toBeNull();
    expect(desk.telemetry.counts.get('submit.rejected')).toBe(1);
    await expectBalanced(desk);
  });

  it('of which nothing is known keeps its reservation and stops its market only', async () => {
    const desk = await openDesk();
    desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
    expect(await place(desk)).toMatchObject({ state: 'unknown', reservation: { slots: 1 } });
    expect(desk.store.peekAll('causes')).toMatchObject([
      { code: 'unknown_outcome', scope: { kind: 'market', market: KC }, state: 'refuse' },
    ]);
    expect(await refusal(desk, { n: 2 })).toBe('market_held');
    desk.exchange.answer(desk.exchange.accepts());
    expect(await refusal(desk, { market: BUF })).toBe('placed as cancelled');
    await expectBalanced(desk);
  });

  it('that fills in part waits for its fills with the rest of its reservation', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 400, fee: 70_000 }));
    expect(await place(desk)).toMatchObject({
      state: 'cancelled',
      exchangeFilled: 400,
      bookedFilled: 0,
      reservation: { exposure: COST },
    });
    expect(desk.store.peek('ownership', KC)?.holder).not.toBeNull();
    await expectBalanced(desk);
  });

  it('gets a new id when its market is free again, and no tick is decided twice', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts(), desk.exchange.accepts());
    const first = await place(desk, { n: 5 });
    expect(await refusal(desk, { n: 5 })).toBe('already_decided');
    expect(await refusal(desk, { n: 4 })).toBe('already_decided');
    const second = await place(desk, { n: 6 });
    expect(second.intent.clientOrderId).not.toBe(first.intent.clientOrderId);
  });

  it('has a record with its inputs before anything is written', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    const { intent } = await place(desk);
    const recorded = desk.decisions.peek(intent.decisionId)!.record;
    expect(recorded.versions).toMatchObject({ strategy: 'fair-line@1.0', config: 'f'.repeat(64) });
    expect(fromCanonical(recorded.outcome['entry']!)).toMatchObject({ kind: 'approved', intent });
  });
});

describe('an entry is refused', () => {
  it('before the account was ever opened', async () => {
    expect(await refusal(closedDesk())).toBe('account_not_open');
  });

  it('until a start has been reconciled', async () => {
    const desk = closedDesk();
    desk.exchange.failReads('positions');
    expect(await startAndRecover(desk.deps)).toMatchObject({ kind: 'refusing' });
    expect(await takeLease(desk.store, 'feeder-1', desk.clock.nowMs())).not.toBeNull();
    expect(await refusal(desk)).toBe('trading_refused');
    expect(desk.exchange.submitted).toEqual([]);
  });

  it.each([
    ['the account', { kind: 'account' }],
    ['its shard', { kind: 'shard', exchangeIndex: 0 }],
    ['its event', { kind: 'event', eventTicker: 'KXNFLGAME-26NOV22' }],
    ['its market', { kind: 'market', market: KC }],
    ['the source of its price', { kind: 'source', source: 'pinnacle' }],
  ] as const)('by a cause that concerns %s', async (_, scope) => {
    const desk = await openDesk();
    await raiseCause(desk.store, cause(scope));
    expect(await refusal(desk)).toBe('trading_refused');
  });

  it.each([
    ['refuse', 'trading_refused'],
    ['reduce', 'trading_reduced'],
    ['flatten', 'trading_flattening'],
  ] as const)('in the state %s', async (state, code) => {
    const desk = await openDesk();
    await raiseCause(desk.store, cause({ kind: 'account' }, state));
    expect(await refusal(desk)).toBe(code);
  });

  it.each([
    ['another shard', { kind: 'shard', exchangeIndex: 1 }],
    ['another event', { kind: 'event', eventTicker: 'KXNFLGAME-26NOV23' }],
    ['another market', { kind: 'market', market: `${KC}2` }],
    ['another source', { kind: 'source', source: 'draftkings' }],
  ] as const)('but not by a cause that concerns %s', async (_, scope) => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    await raiseCause(desk.store, cause(scope));
    expect(await refusal(desk)).toBe('placed as cancelled');
  });

  it('when the lease runs out within the margin, or is nobody’s', async () => {
    const desk = await openDesk();
    desk.clock.advance(3_000);
    expect(await refusal(desk)).toBe('lease_missing');
    desk.clock.advance(60_000);
    expect(await refusal(desk, { n: 2 })).toBe('lease_missing');
  });

  it('when the lease runs out between the decision and its write', async () => {
    const desk = await openDesk();
    const store = new InterleavedStore(desk.store);
    store.beforeNextTransaction(async () => {
      const row = (await desk.store.get('lease', LEASE_KEY))!;
      const value = { ...row.value, expiresAtMs: desk.clock.nowMs() };
      const { key, version } = row;
      await desk.store.transact([{ kind: 'replace', table: 'lease', key, value, version }]);
    });
    expect(await placeEntry({ ...desk.deps, store }, aSignal(desk))).toEqual({
      kind: 'refused',
      code: 'lost_race',
    });
    expect(desk.telemetry.counts.get('intent.conflict.lease')).toBe(1);
    expect(desk.exchange.submitted).toEqual([]);
    await expectBalanced(desk);
  });

  it('when it was decided too long ago', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    desk.clock.advance(1_001);
    expect(await placeEntry(desk.deps, signal)).toMatchObject({ code: 'entry_too_old' });
  });

  it('when every slot is taken', async () => {
    const desk = await openDesk({ caps: { ...TRADING_CONFIG.caps, maxPositions: 1 } });
    desk.exchange.answer(() => ({ kind: 'unknown', cause: 'timeout' }));
    await place(desk);
    expect(await refusal(desk, { market: BUF })).toBe('no_room');
  });
});

describe('a signal that is delivered again', () => {
  it('sends once, whatever became of its order', async () => {
    for (const answer of ['accepted', 'rejected', 'unknown'] as const) {
      const desk = await openDesk();
      desk.exchange.answer((request) =>
        answer === 'accepted'
          ? desk.exchange.accepts({ at: 5_200, count: 1_000 })(request)
          : answer === 'rejected'
            ? { kind: 'rejected', code: 'invalid_price', message: '' }
            : { kind: 'unknown', cause: 'timeout' },
      );
      const signal = aSignal(desk);
      placed(await placeEntry(desk.deps, signal));
      for (let again = 0; again < 3; again += 1) await placeEntry(desk.deps, signal);
      expect(desk.exchange.submitted).toHaveLength(1);
      expect(desk.store.peekAll('orders')).toHaveLength(1);
      await expectBalanced(desk);
    }
  });

  it('sends once when several copies are processed at the same time', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }));
    const signal = aSignal(desk);
    await Promise.all(Array.from({ length: 6 }, () => placeEntry(desk.deps, signal)));
    expect(desk.exchange.submitted).toHaveLength(1);
    await expectBalanced(desk);
  });

  it('sends what was planned but not sent while it is young, and expires it when it is not', async () => {
    for (const waitMs of [200, 1_500]) {
      const desk = await openDesk();
      desk.exchange.answer(desk.exchange.accepts());
      const signal = aSignal(desk);
      await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
      expect(onlyOrder(desk).state).toBe('planned');
      desk.clock.advance(waitMs);
      await placeEntry(desk.deps, signal);
      expect(onlyOrder(desk).state).toBe(waitMs === 200 ? 'cancelled' : 'expired');
      expect(desk.exchange.submitted).toHaveLength(waitMs === 200 ? 1 : 0);
      await expectBalanced(desk);
    }
  });

  it('sends only its own order: what another tick had planned is not touched', async () => {
    const desk = await openDesk();
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), aSignal(desk, { n: 1 })));
    for (const n of [2, 3])
      expect(await placeEntry(desk.deps, aSignal(desk, { n }))).toEqual({
        kind: 'refused',
        code: 'market_held',
      });
    expect(onlyOrder(desk).state).toBe('planned');
    expect(desk.exchange.submitted).toEqual([]);
  });

  it('sends what was planned once, also when several copies find it at the same time', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }));
    await Promise.all(Array.from({ length: 4 }, () => placeEntry(desk.deps, signal)));
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(onlyOrder(desk).state).toBe('filled');
    await expectBalanced(desk);
  });

  it('does not send what was planned once a cause stands', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
    await raiseCause(desk.store, cause({ kind: 'account' }, 'flatten'));
    await placeEntry(desk.deps, signal);
    expect(onlyOrder(desk).state).toBe('expired');
    expect(desk.exchange.submitted).toEqual([]);
  });

  it('still goes when the only cause concerns another market', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_intent_recorded'), signal));
    await raiseCause(desk.store, cause({ kind: 'market', market: `${KC}2` }));
    await placeEntry(desk.deps, signal);
    expect(onlyOrder(desk).state).toBe('cancelled');
  });

  it('is never sent otherwise than it was recorded before the process died', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_decision_recorded'), signal));
    // Meanwhile another order takes most of the cash, so that deciding again gives a smaller size.
    await desk.store.transact([
      { kind: 'reserve', scope: 'cash:0', amount: 9_997_000_000, initial: 0 },
    ]);
    expect(await placeEntry(desk.deps, signal)).toEqual({
      kind: 'refused',
      code: 'already_decided',
    });
    expect(desk.exchange.submitted).toEqual([]);
  });

  it('is sent when it is decided again as it was recorded', async () => {
    const desk = await openDesk();
    const signal = aSignal(desk);
    await die(placeEntry(dyingAt(desk, 'after_decision_recorded'), signal));
    desk.clock.advance(100);
    desk.exchange.answer(desk.exchange.accepts());
    const { intent } = placed(await placeEntry(desk.deps, signal));
    const record = desk.decisions.peek(intent.decisionId)!.record;
    expect(fromCanonical(record.outcome['entry']!)).toMatchObject({ kind: 'approved', intent });
  });
});

describe('two entries at once', () => {
  it('never take one headroom twice: exactly one is placed, the other has lost the race', async () => {
    const desk = await openDesk({
      caps: { ...(await openDesk()).deps.config.caps, maxPositions: 1 },
    });
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }));
    const signals = [aSignal(desk), aSignal(desk, { market: BUF })];
    const placements = await Promise.all(signals.map((signal) => placeEntry(desk.deps, signal)));
    expect(placements.filter(({ kind }) => kind === 'placed')).toHaveLength(1);
    expect(placements).toContainEqual({ kind: 'refused', code: 'lost_race' });
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(await desk.store.headroom('slots')).toBe(0);
    await expectBalanced(desk);
  });

  it('in one market become one order', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    await Promise.all([1, 2].map((n) => placeEntry(desk.deps, aSignal(desk, { n }))));
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(desk.store.peekAll('orders')).toHaveLength(1);
  });
});
