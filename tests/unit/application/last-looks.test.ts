import { describe, expect, it } from 'vitest';
import { applyOrderUpdate } from '../../../shared/application/apply-order-update.ts';
import { evaluateExits } from '../../../shared/application/evaluate-exits.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { reconcile } from '../../../shared/application/reconcile.ts';
import { raiseCause } from '../../../shared/application/trading-causes.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { money } from '../../../shared/domain/money/money.ts';
import { price } from '../../../shared/domain/money/price.ts';
import type { HeadroomKey } from '../../../shared/domain/risk/headroom.ts';
import { RecordedVenue } from '../../../shared/replay/recorded-venue.ts';
import { bar, OPEN_MS, replayMarket } from '../../support/replay-fixture.ts';
import { InterleavedStore } from '../../support/interleaved-store.ts';
import type { Answer } from '../../support/scripted-exchange.ts';
import {
  aSignal,
  aTick,
  exitsSent,
  fillsOf,
  holdLease,
  lookAfter,
  onlyOrder,
  openDesk,
  orderOf,
  place,
  positionIn,
  type TickChange,
} from '../../support/trading-desk.ts';

const TARGET: TickChange = { bid: 6_600, ask: 6_800 };
const LOST: Answer = () => ({ kind: 'unknown', cause: 'timeout' });

describe('what lies between two looks', () => {
  it('an entry abandoned after its window by the clock, on looks of before it, keeps its reservation', async () => {
    const desk = await openDesk();
    desk.exchange.answer(LOST);
    await place(desk);
    desk.exchange.lag(35_000);
    await lookAfter(desk, 40_000, 1);
    expect(onlyOrder(desk).state).toBe('abandoned');
    expect(onlyOrder(desk).reservation.slots).toBe(1);
  });

  it('a second exit that was given up keeps entries out for its own window', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 1_000 }), LOST, LOST);
    const { clientOrderId } = (await place(desk)).intent;
    const [bought] = await fillsOf(desk);
    await applyOrderUpdate(desk.deps, { kind: 'fill', fill: bought!, clientOrderId });
    await evaluateExits(desk.deps, aTick(desk, { n: 2, ...TARGET }));
    await lookAfter(desk, 10_000, 1);
    await evaluateExits(desk.deps, aTick(desk, { n: 3, ...TARGET }));
    await lookAfter(desk, 10_000, 1);
    expect(exitsSent(desk).map((o) => orderOf(desk, o.clientOrderId).state)).toEqual([
      'abandoned',
      'abandoned',
    ]);
    desk.exchange.answer(desk.exchange.accepts({ at: 6_600, count: 1_000 }));
    await evaluateExits(desk.deps, aTick(desk, { n: 4, ...TARGET }));
    const sold = (await fillsOf(desk)).at(-1)!;
    await applyOrderUpdate(desk.deps, {
      kind: 'fill',
      fill: sold,
      clientOrderId: exitsSent(desk)[2]!.clientOrderId,
    });
    expect(positionIn(desk).state).toBe('closed');
    // 30 s after the first was lost, 20 s after the second.
    await lookAfter(desk, 10_000);
    await holdLease(desk);
    expect(await placeEntry(desk.deps, aSignal(desk, { n: 5 }))).toMatchObject({
      kind: 'refused',
      code: 'trading_refused',
    });
  });

  it('a cause on the source of its price raised between intent and send: never sent', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    let raised: Promise<unknown> = Promise.resolve();
    const points = {
      reached: (p: string) => {
        if (p === 'after_intent_recorded')
          raised = raiseCause(desk.store, {
            code: 'stale_oracle',
            scope: { kind: 'source', source: 'pinnacle' },
            state: 'refuse',
            sinceMs: 0,
            detail: '',
          });
      },
    };
    await placeEntry({ ...desk.deps, points }, aSignal(desk));
    await raised;
    expect(desk.exchange.submitted).toEqual([]);
  });

  it('in a replay with nothing shown on its side an order pays its limit, not the better next minute', async () => {
    const venue = new RecordedVenue({ openingCash: money(1_000_000_000) });
    venue.onMarket(replayMarket(), OPEN_MS);
    venue.onBar(bar(1, 50), bar(2, 50));
    const buy = (id: string, cents: number, count: number) =>
      venue.submit({
        clientOrderId: id,
        market: 'KXTEST-1-A',
        exchangeIndex: 0,
        bookSide: 'bid',
        limitPrice: price(cents * 100),
        count: contracts(count * 100),
        reduceOnly: false,
        selfTrade: 'cancel_taker',
        orderGroupId: null,
      });
    await buy('a', 51, 100);
    venue.onBar(bar(2, 50), bar(3, 40));
    expect(venue.book('KXTEST-1-A').asks).toEqual([]);
    await buy('b', 51, 1);
    expect(venue.truth().fills.at(-1)).toMatchObject({ price: 5_100 });
  });

  it('a process that sleeps after it marked the entry as sent sends nothing late', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.accepts());
    const points = {
      reached: (p: string) => {
        if (p === 'after_marked_sent') desk.clock.advance(60_000);
      },
    };
    await placeEntry({ ...desk.deps, points }, aSignal(desk));
    expect(desk.exchange.submitted).toEqual([]);
  });

  it('an entry in flight only while cash was read, at two looks, is no credit of the exchange', async () => {
    const desk = await openDesk();
    let n = 0;
    class Racing extends InterleavedStore {
      override async headroom(scope: HeadroomKey): Promise<number | null> {
        const { promise: read, resolve: seen } = Promise.withResolvers<void>();
        const reserved = new Promise<void>((resolve) => {
          desk.exchange.answer(async (request) => {
            resolve();
            await read;
            return desk.exchange.accepts()(request);
          });
        });
        n += 1;
        const placing = place(desk, { n, market: { ticker: `KX-${n}`, eventTicker: `KX-${n}-E` } });
        await reserved;
        const room = await super.headroom(scope);
        seen();
        await placing;
        return room;
      }
    }
    const store = new Racing(desk.store);
    for (let look = 0; look < 2; look += 1) {
      desk.clock.advance(6_000);
      await holdLease(desk);
      await reconcile({ ...desk.deps, store });
    }
    expect(desk.journal.filter(({ kind }) => kind === 'residual')).toEqual([]);
    expect(await desk.store.headroom('cash:0')).toBe(desk.exchange.cash);
  });
});
