import { describe, expect, it } from 'vitest';
import {
  applyOrderUpdate,
  type OrderMessage,
} from '../../../shared/application/apply-order-update.ts';
import { MissedMessages } from '../../../shared/application/find-missed-messages.ts';
import { expectBalanced, openDesk, place, positionIn } from '../../support/trading-desk.ts';

/** A desk whose entry is filled at the exchange, and a look for what the stream has not said of it. */
async function missing() {
  const desk = await openDesk();
  const told: OrderMessage[] = [];
  const missed = new MissedMessages({
    ...desk.deps,
    reader: desk.exchange,
    tell: (message) => told.push(message),
  });
  desk.exchange.answer(desk.exchange.accepts({ at: 5_200, count: 600 }, { at: 5_100, count: 400 }));
  const order = await place(desk);
  const fills = await desk.exchange.fills({ sinceMs: 0 });
  if (fills.kind !== 'read') throw new Error(fills.reason);
  const apply = async (): Promise<void> => {
    for (const message of told.splice(0)) await applyOrderUpdate(desk.deps, message);
  };
  return { desk, missed, told, order, fills: fills.value, apply };
}

describe('messages of our own that the stream lost without a gap', () => {
  it('are found by the next look and accounted once', async () => {
    const { desk, missed, told, order, apply } = await missing();
    expect(positionIn(desk)).toBeNull();
    desk.clock.advance(5_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 2 });
    expect(told.every((message) => message.kind === 'fill')).toBe(true);
    expect(told.map((message) => (message.kind === 'fill' ? message.clientOrderId : null))).toEqual(
      [order.intent.clientOrderId, order.intent.clientOrderId],
    );
    await apply();
    expect(positionIn(desk).quantity).toBe(1_000);
    desk.clock.advance(5_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
    expect(desk.telemetry.counts.get('feeder.missed_by_stream')).toBe(2);
    await expectBalanced(desk);
  });

  it('are not those that the stream brought, nor those that are still on their way', async () => {
    const { desk, missed, fills, order } = await missing();
    desk.clock.advance(1_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
    const { clientOrderId } = order.intent;
    for (const fill of fills) missed.onMessage({ kind: 'fill', fill, clientOrderId });
    const listed = await desk.exchange.orders({ sinceMs: 0 });
    if (listed.kind !== 'read') throw new Error(listed.reason);
    for (const update of listed.value)
      missed.onMessage({
        kind: 'order_update',
        update: { ...update, exchangeTimeMs: desk.clock.nowMs() },
      });
    desk.clock.advance(10_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
    expect(desk.telemetry.counts.get('feeder.missed_by_stream')).toBeUndefined();
  });

  it('come late without being accounted twice', async () => {
    const { desk, missed, fills, order, apply } = await missing();
    desk.clock.advance(5_000);
    await missed.look();
    await apply();
    const { clientOrderId } = order.intent;
    for (const fill of fills)
      expect(await applyOrderUpdate(desk.deps, { kind: 'fill', fill, clientOrderId })).toBe(
        'nothing_new',
      );
    await expectBalanced(desk);
  });

  it('stay to be found while the account cannot be read', async () => {
    const { desk, missed } = await missing();
    desk.clock.advance(5_000);
    desk.exchange.failReads('fills');
    expect(await missed.look()).toEqual({ kind: 'unread' });
    desk.exchange.failReads();
    // Far beyond what one overlap reaches back: the last sure time has not moved.
    desk.clock.advance(3_600_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 2 });
  });

  it('are found although the clock was an hour ahead when the process began', async () => {
    const { desk, told, order } = await missing();
    desk.clock.advance(3_600_000);
    const missed = new MissedMessages({
      ...desk.deps,
      reader: desk.exchange,
      tell: (message) => told.push(message),
    });
    desk.clock.advance(-3_595_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 2 });
    expect(told.map((message) => (message.kind === 'fill' ? message.clientOrderId : null))).toEqual(
      [order.intent.clientOrderId, order.intent.clientOrderId],
    );
  });

  it('that are of an order are told when two looks say the same', async () => {
    const desk = await openDesk();
    const told: OrderMessage[] = [];
    const missed = new MissedMessages({
      ...desk.deps,
      reader: desk.exchange,
      tell: (message) => told.push(message),
    });
    // The answer is lost, and so is the stream's word of the order.
    desk.exchange.answer(desk.exchange.losesAnswer());
    const order = await place(desk);
    expect(order.state).toBe('unknown');
    desk.clock.advance(5_000);
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
    expect(await missed.look()).toEqual({ kind: 'looked', told: 1 });
    expect(told[0]).toMatchObject({ kind: 'order_update', update: { status: 'cancelled' } });
    expect(await missed.look()).toEqual({ kind: 'looked', told: 0 });
  });
});
