import { describe, expect, it } from 'vitest';
import { applyOrderUpdateHandler } from '../../../functions/apply-order-update/handler.ts';
import { evaluateExitsHandler } from '../../../functions/evaluate-exits/handler.ts';
import { placeOrderHandler } from '../../../functions/place-order/handler.ts';
import { scoreEdgesHandler } from '../../../functions/score-edges/handler.ts';
import { settleMarketHandler } from '../../../functions/settle-market/handler.ts';
import { lifecycleEvent } from '../../../shared/application/history-events.ts';
import { SkipDigest } from '../../../shared/application/score-edges.ts';
import {
  historyCodec,
  orderMessageCodec,
  signalCodec,
  tickCodec,
} from '../../../shared/contracts/messages.ts';
import type { EntrySignal } from '../../../shared/domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import type { HotStore } from '../../../shared/ports/hot-store.ts';
import type { LifecycleEvent } from '../../../shared/ports/market-data.ts';
import { Crash } from '../../../shared/simulator/faults/crash-plan.ts';
import { failed, functionSetting, keepingQueue, sqsEvent } from '../../support/lambda-events.ts';
import {
  aSignal,
  aTick,
  closedDesk,
  dyingAt,
  expectBalanced,
  exitsSent,
  fillsOf,
  KC,
  onlyOrder,
  openDesk,
  place,
  positionIn,
  TRADING_CONFIG,
  type TradingDesk,
} from '../../support/trading-desk.ts';

const TEN = { at: 5_200, count: 1_000, fee: 174_800 } as const;

/** An open account whose exchange fills the next entries whole. */
async function fillingDesk(entries = 1): Promise<TradingDesk> {
  const desk = await openDesk();
  for (let n = 0; n < entries; n += 1) desk.exchange.answer(desk.exchange.accepts(TEN));
  return desk;
}

/** Ten contracts bought and booked through the handler. */
async function heldDesk(): Promise<TradingDesk> {
  const desk = await fillingDesk();
  await place(desk);
  const handler = applyOrderUpdateHandler({ ...desk.deps, ...functionSetting() });
  await handler(sqsEvent(await fillBody(desk)));
  expect(positionIn(desk).quantity).toBe(1_000);
  return desk;
}

async function fillBody(desk: TradingDesk): Promise<string> {
  const [fill] = await fillsOf(desk);
  const { clientOrderId } = onlyOrder(desk).intent;
  return orderMessageCodec.encode({ kind: 'fill', fill: fill!, clientOrderId });
}

const POISON = '{"v":1,"market":"the secret of a body"}';

function scoring(desk: TradingDesk) {
  const signals = keepingQueue<EntrySignal>();
  const history = keepingQueue<HistoryEvent>();
  const setting = functionSetting();
  const handler = scoreEdgesHandler({
    config: TRADING_CONFIG,
    signals,
    history,
    clock: desk.clock,
    skipDigest: new SkipDigest(),
    telemetry: setting.telemetry,
  });
  return { handler, signals, history, ...setting };
}

function placing(desk: TradingDesk, unexpected: 'fail_record' | 'fail_invocation' = 'fail_record') {
  const history = keepingQueue<HistoryEvent>();
  const setting = functionSetting(unexpected);
  return { history, ...setting, handler: placeOrderHandler({ ...desk.deps, ...setting, history }) };
}

const sleep = (): Promise<void> => Promise.resolve();

describe('score-edges', () => {
  it('scores what it can read and reports what it cannot, by message id and without its body', async () => {
    const desk = closedDesk();
    const { handler, signals, history, seen } = scoring(desk);
    const good = tickCodec.encode(aTick(desk));
    expect(await handler(sqsEvent(POISON, good))).toEqual(failed(0));
    expect(signals.sent.map(({ tick }) => tick.market.ticker)).toEqual([KC]);
    expect(history.sent.map(({ kind }) => kind)).toEqual(['scored', 'edge']);
    const [line] = seen.lines();
    expect(line).toMatchObject({
      level: 'error',
      event: 'message_refused',
      fields: { correlationId: 'm0', what: 'tick', where: 'stamp' },
    });
    expect(JSON.stringify(seen.lines())).not.toContain('secret');
    expect(seen.counts.get('record.refused')).toBe(1);
  });

  it('sends nothing for a batch that it cannot read at all', async () => {
    const { handler, history } = scoring(closedDesk());
    expect(await handler(sqsEvent(POISON, 'no JSON'))).toEqual(failed(0, 1));
    expect(history.sent).toEqual([]);
  });

  it('fails as a whole when its signals cannot be sent: all of them come again', async () => {
    const desk = closedDesk();
    const handler = scoreEdgesHandler({
      ...scoring(desk),
      config: TRADING_CONFIG,
      signals: { send: () => Promise.reject(new Error('the queue took none')) },
      clock: desk.clock,
      skipDigest: new SkipDigest(),
    });
    await expect(handler(sqsEvent(tickCodec.encode(aTick(desk))))).rejects.toThrow('took none');
  });
});

describe('place-order', () => {
  it('makes one order of a signal that is delivered twice, and tells why the second became none', async () => {
    const desk = await fillingDesk();
    const { handler, history } = placing(desk);
    const body = signalCodec.encode(aSignal(desk));
    expect(await handler(sqsEvent(body))).toEqual(failed());
    expect(await handler(sqsEvent(body))).toEqual(failed());
    expect(desk.exchange.submitted).toHaveLength(1);
    expect(history.sent).toMatchObject([
      { kind: 'entry_refused', market: KC, code: 'market_held' },
    ]);
  });

  it('gives a refusal the same id however often the signal comes', async () => {
    const desk = await openDesk();
    const { handler, history } = placing(desk);
    const body = signalCodec.encode(aSignal(desk));
    desk.clock.advance(5_000);
    await handler(sqsEvent(body));
    await handler(sqsEvent(body));
    const ids = history.sent.map(({ eventId }) => eventId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('names the message in each line of its use case', async () => {
    const desk = await openDesk();
    desk.exchange.answer(desk.exchange.losesAnswer(TEN));
    const { handler, seen } = placing(desk);
    await handler(sqsEvent(signalCodec.encode(aSignal(desk))));
    expect(seen.lines()).toContainEqual({
      level: 'error',
      event: 'order_outcome_unknown',
      fields: { cause: 'timeout', correlationId: 'm0' },
    });
  });

  it('in an account an unforeseen error fails its own record and no other', async () => {
    const desk = await fillingDesk();
    const { handler, seen } = placing({ ...desk, deps: dyingAt(desk, 'after_intent_recorded') });
    const other = { ticker: 'KX-B', eventTicker: 'KX-B-EVENT' };
    const event = sqsEvent(
      signalCodec.encode(aSignal(desk)),
      signalCodec.encode(aSignal(desk, { market: other })),
    );
    expect(await handler(event)).toEqual(failed(0));
    expect(desk.exchange.submitted.map(({ market }) => market)).toEqual(['KX-B']);
    expect(seen.counts.get('record.unexpected')).toBe(1);
    expect(seen.lines()).toContainEqual(
      expect.objectContaining({ event: 'record_failed_unexpectedly', level: 'error' }),
    );
  });

  it('under a simulator the same error ends the invocation at once, as a death would', async () => {
    const desk = await fillingDesk();
    const dying = { ...desk, deps: dyingAt(desk, 'after_intent_recorded') };
    const { handler } = placing(dying, 'fail_invocation');
    const body = signalCodec.encode(aSignal(desk));
    await expect(handler(sqsEvent(body, body))).rejects.toBeInstanceOf(Crash);
    expect(desk.exchange.submitted).toEqual([]);
    // The next process finds the planned order and sends it once.
    await placing(desk).handler(sqsEvent(body));
    expect(desk.exchange.submitted).toHaveLength(1);
  });
});

describe('apply-order-update', () => {
  it('books a fill once, however often and in whatever batch it comes', async () => {
    const desk = await fillingDesk();
    await place(desk);
    const body = await fillBody(desk);
    const handler = applyOrderUpdateHandler({ ...desk.deps, ...functionSetting() });
    expect(await handler(sqsEvent(body, POISON, body))).toEqual(failed(1));
    expect(await handler(sqsEvent(body))).toEqual(failed());
    expect(desk.store.peekAll('fills')).toHaveLength(1);
    await expectBalanced(desk);
  });

  it('reports a record that loses every race for its order, and goes on with the others', async () => {
    const desk = await fillingDesk();
    await place(desk);
    const body = await fillBody(desk);
    const stranger = body.replace(/"clientOrderId":"[^"]+"/, '"clientOrderId":null');
    const store: HotStore = {
      get: (table, key) => desk.store.get(table, key),
      list: (table) => desk.store.list(table),
      openOrders: () => desk.store.openOrders(),
      headroom: (scope) => desk.store.headroom(scope),
      caps: () => desk.store.caps(),
      transact: () => Promise.resolve({ kind: 'conflict', index: 0, reason: 'version' }),
    };
    const setting = functionSetting();
    const handler = applyOrderUpdateHandler({ ...desk.deps, store, ...setting });
    expect(await handler(sqsEvent(body, stranger))).toEqual(failed(0));
    expect(setting.seen.counts.get('record.unexpected')).toBe(1);
    expect(setting.seen.counts.get('order.stranger')).toBe(1);
  });
});

describe('evaluate-exits', () => {
  it('sells what the ticks of the queue show below its stop, once', async () => {
    const desk = await heldDesk();
    desk.exchange.answer(desk.exchange.accepts({ at: 4_000, count: 1_000, fee: 168_000 }));
    const handler = evaluateExitsHandler({ ...desk.deps, ...functionSetting() });
    const tick = (n: number) => tickCodec.encode(aTick(desk, { n, bid: 4_000, ask: 4_200 }));
    expect(await handler(sqsEvent(tick(2)))).toEqual(failed());
    expect(exitsSent(desk)).toEqual([]);
    desk.clock.advance(3_000);
    expect(await handler(sqsEvent(tick(3), POISON, tick(3)))).toEqual(failed(1));
    expect(exitsSent(desk)).toHaveLength(1);
  });
});

const news = (event: LifecycleEvent, atMs: number) =>
  historyCodec.encode(
    lifecycleEvent(
      {
        kind: 'lifecycle',
        sequence: null,
        market: KC,
        event,
        result: { kind: 'yes' },
        closeTimeMs: null,
        exchangeTimeMs: atMs,
      },
      atMs,
    ),
  );

describe('settle-market', () => {
  it('asks for the message again while the exchange has not booked the settlement', async () => {
    const desk = await heldDesk();
    const setting = functionSetting();
    const handler = settleMarketHandler({ ...desk.deps, ...setting, sleep });
    const nowMs = desk.clock.nowMs();
    expect(await handler(sqsEvent(news('settled', nowMs)))).toEqual(failed(0));
    expect(setting.seen.lines()).toMatchObject([
      { level: 'warn', event: 'message_will_come_again', fields: { correlationId: 'm0' } },
    ]);
    desk.exchange.settle(KC, 'yes');
    expect(await handler(sqsEvent(news('settled', nowMs), news('settled', nowMs)))).toEqual(
      failed(),
    );
    expect(positionIn(desk).state).toBe('closed');
    await expectBalanced(desk);
  });

  it('passes over other news of a market, also as the bus tells it, without a version', async () => {
    const desk = await heldDesk();
    const handler = settleMarketHandler({ ...desk.deps, ...functionSetting(), sleep });
    const { v: _, ...plain } = JSON.parse(news('determined', 5)) as Record<string, unknown>;
    expect(await handler(sqsEvent(news('created', 5), JSON.stringify(plain)))).toEqual(failed());
    expect(positionIn(desk).state).toBe('open');
  });

  it('has nothing to do where nothing is held', async () => {
    const desk = await openDesk();
    const handler = settleMarketHandler({ ...desk.deps, ...functionSetting(), sleep });
    expect(await handler(sqsEvent(news('settled', 5)))).toEqual(failed());
  });
});
