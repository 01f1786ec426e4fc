import { describe, expect, it } from 'vitest';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { POST_ONLY_CROSS } from '../../../shared/ports/quoting.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { valueOf } from '../../support/port-reads.ts';
import { IOC } from '../../support/exchange-desk.ts';
import { aSignal, onlyOrder, place, placed, positionIn } from '../../support/trading-desk.ts';
import {
  heldAtVenue,
  openPitfallDesk,
  ordersAtVenue,
  withBody,
  type PitfallDesk,
} from './pitfall-desk.ts';

const QUOTE = {
  clientOrderId: 'a quote of ours',
  exchangeIndex: 0,
  bookSide: 'bid',
  limitPrice: price(5_100),
  count: contracts(500),
  postOnly: true,
  selfTrade: 'cancel_taker',
  orderGroupId: null,
} as const;

async function quoted(desk: PitfallDesk, change: object = {}) {
  const { market, venue } = desk;
  return desk.quoting.quote({ ...QUOTE, market, expiresAtMs: venue.nowMs() + 60_000, ...change });
}

describe('pitfalls of what became of an order', () => {
  it('pitfall 1: reads lag behind writes', async () => {
    const desk = await openPitfallDesk();
    // So far behind that the order would count as absent, were it not for the exchange's as-of time.
    const lag = { minMs: 20_000, maxMs: 20_000 };
    desk.venue.exchange.control({ kind: 'read_lag', lag }, desk.venue.nowMs());
    desk.transport.bendOnce('POST', () => ({ kind: 'failed', cause: 'timeout' }));
    await place(desk);
    // The exchange has filled it, and its lists do not show it yet: it is neither gone nor sent again.
    await desk.resolveAfter(10_500, 1_000, 1_000);
    expect(onlyOrder(desk).state).toBe('unknown');
    expect(await desk.causes()).toContain('unknown_outcome');
    await desk.resolveAfter(20_000);
    expect(onlyOrder(desk).state).toBe('filled');
    expect(positionIn(desk).quantity).toBe(heldAtVenue(desk));
    expect(desk.transport.sent('POST')).toHaveLength(1);
    expect(await desk.causes()).toEqual([]);
  });

  it('pitfall 2: a 404 on cancel may be a fill', async () => {
    const desk = await openPitfallDesk();
    const { market, quoting, venue, pass } = desk;
    const outcomes = [await quoted(desk), await quoted(desk, { clientOrderId: 'another' })];
    const [filled, gone] = outcomes.map((outcome) => {
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
      return { exchangeOrderId: outcome.exchangeOrderId, market, exchangeIndex: 0 };
    });
    await quoting.cancelMany([gone!]);
    venue.accept('third', { ...IOC, side: 'ask', price: '0.5100', count: '5.00' });
    // Both answers are the same to the byte, and neither is a cancel.
    expect(await quoting.cancelMany([filled!, gone!])).toEqual([
      { kind: 'not_found' },
      { kind: 'not_found' },
    ]);
    expect(await desk.kalshi.cancel(filled!)).toEqual({ kind: 'not_found' });
    await pass(1_000);
    expect(await valueOf(quoting.order(filled!.exchangeOrderId))).toMatchObject({
      status: 'executed',
      filled: 500,
    });
    expect(await valueOf(quoting.order(gone!.exchangeOrderId))).toMatchObject({
      status: 'cancelled',
      filled: 0,
    });
    const fills = await valueOf(desk.kalshi.fills({ sinceMs: 0 }));
    expect(fills.reduce((sum, { count }) => sum + count, 0)).toBe(heldAtVenue(desk));
  });

  it.each([
    ['empty', () => ''],
    ['without an order id', () => '{"fill_count":"0.00","remaining_count":"0.00"}'],
  ])('pitfall 3: a 2xx body without an order is no success: %s', async (_, body) => {
    const desk = await openPitfallDesk();
    desk.transport.bendOnce('POST', (reply) => withBody(reply, body));
    const order = await place(desk);
    expect(order.state).toBe('unknown');
    await desk.resolveAfter(1_000);
    expect(positionIn(desk).quantity).toBe(heldAtVenue(desk));
    expect(heldAtVenue(desk)).toBeGreaterThan(0);
    expect(await ordersAtVenue(desk)).toBe(1);
  });

  it('pitfall 4: remaining_count is 0 after an immediate-or-cancel that did not fill', async () => {
    const desk = await openPitfallDesk({ offered: '2.00' });
    const { market, kalshi } = await openPitfallDesk({ offered: '2.00' });
    const { expiresAtMs: _, postOnly: __, ...terms } = { ...QUOTE, expiresAtMs: 0 };
    const request = { ...terms, market, limitPrice: price(5_200), reduceOnly: false };
    expect(await kalshi.submit(request)).toMatchObject({ kind: 'accepted', filled: 200 });
    const order = await place(desk, {});
    expect(order.intent.count).toBeGreaterThan(200);
    await desk.resolveAfter(1_000);
    expect(heldAtVenue(desk)).toBe(200);
    expect(positionIn(desk).quantity).toBe(200);
  });

  it.each(['refused', 'accepted_cancelled'] as const)(
    'pitfall 5: post-only rejects are normal, when the exchange has it %s',
    async (postOnlyCross) => {
      const desk = await openPitfallDesk({ options: { postOnlyCross } });
      expect(await quoted(desk, { limitPrice: price(5_200) })).toMatchObject({
        kind: 'rejected',
        code: POST_ONLY_CROSS,
      });
      // Priced again it rests, and nothing has traded.
      expect(await quoted(desk, { clientOrderId: 'again' })).toMatchObject({ kind: 'accepted' });
      expect(heldAtVenue(desk)).toBe(0);
      expect(await desk.causes()).toEqual([]);
    },
  );

  it('pitfall 6: a client order id never becomes free again', async () => {
    const id = (await place(await openPitfallDesk())).intent.clientOrderId;
    // Our store was lost after that order had gone out; the same decision has the same id.
    const desk = await openPitfallDesk();
    const { intent } = await place(await openPitfallDesk());
    expect(intent.clientOrderId).toBe(id);
    desk.venue.accept('us', {
      ...IOC,
      client_order_id: id,
      price: (intent.limitPrice / 10_000).toFixed(4),
      count: (intent.count / 100).toFixed(2),
    });
    await place(desk);
    await desk.resolveAfter(1_000);
    // Taken for the order that it is, and never sent under another id.
    expect(onlyOrder(desk).state).toBe('filled');
    expect(positionIn(desk).quantity).toBe(intent.count);
    expect([heldAtVenue(desk), await ordersAtVenue(desk)]).toEqual([intent.count, 1]);
  });

  it('pitfall 6: a signal that is delivered again sends no second order', async () => {
    const desk = await openPitfallDesk();
    const signal = aSignal(desk);
    placed(await placeEntry(desk.deps, signal));
    await placeEntry(desk.deps, signal);
    expect(desk.transport.sent('POST')).toHaveLength(1);
    expect(await ordersAtVenue(desk)).toBe(1);
  });

  it('pitfall 15: an outage is not an order that was lost', async () => {
    const desk = await openPitfallDesk();
    desk.transport.isCut = true;
    await place(desk);
    await desk.resolveAfter(10_000, 30_000);
    // While nobody can be asked it is not known, holds its money back and lets nothing new in.
    expect(onlyOrder(desk).state).toBe('unknown');
    expect(onlyOrder(desk).reservation.cash).toBeGreaterThan(0);
    expect(await desk.causes()).toContain('unknown_outcome');
    desk.transport.isCut = false;
    await desk.resolveAfter(5_000, 15_000, 40_000, 5_000);
    expect(onlyOrder(desk).state).toBe('abandoned');
    expect(onlyOrder(desk).reservation.cash).toBe(0);
    expect(await ordersAtVenue(desk)).toBe(0);
    expect(await desk.causes()).toEqual([]);
  });

  it('pitfall 25: the price on an order is its limit, not what was paid', async () => {
    const desk = await openPitfallDesk();
    // Somebody asks less than the tick said by the time the order is there.
    desk.venue.accept('third', { side: 'ask', price: '0.5100', count: '50.00' });
    const { intent } = await place(desk);
    await desk.resolveAfter(1_000);
    expect(intent.limitPrice).toBeGreaterThan(5_100);
    expect(await valueOf(desk.kalshi.fills({ sinceMs: 0 }))).toMatchObject([
      { price: 5_100, count: intent.count },
    ]);
    expect(positionIn(desk).basis).toBe(5_100 * intent.count);
  });

  it('pitfall 28: an answer may describe another order', async () => {
    const desk = await openPitfallDesk();
    desk.transport.bendOnce('POST', (reply) =>
      withBody(reply, (body) =>
        body.replace(/"client_order_id":"[^"]+"/, '"client_order_id":"of another"'),
      ),
    );
    expect((await place(desk)).state).toBe('unknown');
    await desk.resolveAfter(1_000);
    expect(positionIn(desk).quantity).toBe(heldAtVenue(desk));
    expect(await ordersAtVenue(desk)).toBe(1);

    const quote = await quoted(desk);
    if (quote.kind !== 'accepted') throw new Error(quote.kind);
    const { exchangeOrderId } = quote;
    const address = { exchangeOrderId, market: desk.market, exchangeIndex: 0 };
    const ofAnother = (body: string) => body.replaceAll(exchangeOrderId, 'of-another');
    desk.transport.bendOnce('POST', (reply) => withBody(reply, ofAnother));
    const amendment = { ...address, bookSide: 'bid', limitPrice: price(5_100) } as const;
    expect(
      await desk.quoting.amend({ ...amendment, count: contracts(300), expiresAtMs: null }),
    ).toMatchObject({ kind: 'unknown' });
    desk.transport.bendOnce('DELETE', (reply) => withBody(reply, ofAnother));
    expect(await desk.kalshi.cancel(address)).toEqual({ kind: 'unknown' });
  });
});
