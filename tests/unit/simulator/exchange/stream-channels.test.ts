import { describe, expect, it } from 'vitest';
import { marketIdOf } from '../../../../shared/adapters/kalshi/wire/market-id.ts';
import { decodeStreamFrame } from '../../../../shared/adapters/kalshi/wire/stream-frames.ts';
import { contracts } from '../../../../shared/domain/money/contracts.ts';
import { money } from '../../../../shared/domain/money/money.ts';
import type { MarketDataEvent } from '../../../../shared/ports/market-data.ts';
import type { SubscribeParams } from '../../../../shared/simulator/exchange/stream-subscription.ts';
import { IOC, openDesk, TICKER, type Desk } from '../../../support/exchange-desk.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const OTHER = 'KXNFLGAME-26NOV22-DEN';
const COMBO = 'KXMVENFL-26NOV22-1';

type Frame = {
  readonly type: string;
  readonly sid?: number;
  readonly seq?: number;
  readonly msg: Readonly<Record<string, unknown>>;
};
type Heard = {
  readonly frames: Frame[];
  readonly events: MarketDataEvent[];
  readonly sids: readonly number[];
  readonly listener: (frame: string) => void;
};

/** Subscribes `us`; a frame that our decoder refuses, or of which it does not know a field, fails the test. */
function listen(desk: Desk, params: Partial<SubscribeParams>): Heard {
  const frames: Frame[] = [];
  const events: MarketDataEvent[] = [];
  const listener = (frame: string): void => {
    const event = decodeStreamFrame(frame, {
      maxBytes: 1_000_000,
      useYesPrice: true,
      onUnknownField: (type, field) => {
        throw new Error(`${type}.${field} is not known`);
      },
    });
    if (event.kind === 'refused') throw new Error(`${event.detail}: ${frame}`);
    frames.push(JSON.parse(frame) as Frame);
    events.push(event);
  };
  const wanted = { account: 'us', channels: [], markets: null, useYesPrice: true, ...params };
  const opened = desk.exchange.subscribe(listener, wanted, desk.nowMs());
  return { frames, events, sids: opened.map(({ sid }) => sid), listener };
}

const told = <Kind extends MarketDataEvent['kind']>(
  { events }: Heard,
  kind: Kind,
): readonly Extract<MarketDataEvent, { kind: Kind }>[] =>
  events.filter((event): event is Extract<MarketDataEvent, { kind: Kind }> => event.kind === kind);

const numbersOf = ({ frames }: Heard): readonly number[] =>
  frames.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));

describe('the ticker channel', () => {
  it('sums a market up after each order, without numbers', () => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['ticker'], markets: [TICKER] });
    desk.accept('them', { side: 'ask', price: '0.5400', count: '8.00' });
    desk.accept('third', { side: 'bid', price: '0.5000', count: '4.00' });
    desk.accept('us', { ...IOC, price: '0.5400', count: '3.00' });
    const quotes = told(heard, 'quote_summary').map(({ quote }) => quote);
    expect(quotes).toHaveLength(3);
    expect(quotes[0]).toMatchObject({ bid: null, ask: { price: 5_400, count: 800 }, volume: 0 });
    expect(quotes[2]).toEqual({
      market: TICKER,
      bid: { price: 5_000, count: 400 },
      ask: { price: 5_400, count: 500 },
      lastPrice: 5_400,
      volume: 300,
      openInterest: 300,
      exchangeTimeMs: NOON,
    });
    expect(heard.frames.at(-1)?.msg).toMatchObject({
      last_trade_size_fp: '3.00',
      dollar_volume: 1,
      market_id: marketIdOf(TICKER),
    });
    expect(numbersOf(heard)).toEqual([]);
  });

  it('begins with every market when that was asked for, and takes markets by their other name', () => {
    const desk = openDesk();
    desk.exchange.addMarket(aMarket({ ticker: OTHER }), NOON);
    const all = listen(desk, { channels: ['ticker'], sendInitialSnapshot: true });
    expect(told(all, 'quote_summary').map(({ quote }) => quote.market)).toEqual([TICKER, OTHER]);
    const one = listen(desk, {
      channels: ['ticker'],
      marketIds: [marketIdOf(OTHER)],
      sendInitialSnapshot: true,
    });
    desk.accept('them', { ticker: TICKER });
    expect(told(one, 'quote_summary').map(({ quote }) => quote.market)).toEqual([OTHER]);
    const quiet = listen(desk, { channels: ['ticker'] });
    expect(quiet.frames).toHaveLength(1);
  });
});

describe('the market_positions channel', () => {
  it('tells a position of the account whenever it changes, and of nobody else', () => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['market_positions'] });
    desk.accept('them', { side: 'ask', price: '0.5200', count: '20.00' });
    desk.accept('us', { ...IOC, price: '0.5200', count: '5.00' });
    desk.accept('us', { price: '0.1000' });
    desk.accept('third', { price: '0.5100', count: '2.00' });
    desk.accept('us', { ...IOC, side: 'ask', price: '0.5100', count: '2.00' });
    expect(told(heard, 'position_told').map(({ position }) => position)).toMatchObject([
      { market: TICKER, position: 500, cost: 2_600_000, realised: 0 },
      { market: TICKER, position: 300, cost: 1_560_000, realised: -20_000 },
    ]);
    expect(heard.frames.at(-1)).toMatchObject({
      type: 'market_position',
      msg: { user_id: 'us', position_fp: '3.00', subaccount: 0 },
    });
    expect(numbersOf(heard)).toEqual([]);
  });
});

describe('the order_group_updates channel', () => {
  it('tells the life of the account’s fuses under numbers', () => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['order_group_updates'] });
    const groups = desk.exchange.floor.groups;
    const terms = { exchangeIndex: 0, limit: contracts(1_000) };
    const ours = groups.create('us', terms, desk.nowMs());
    const theirs = groups.create('them', terms, desk.nowMs());
    if (ours === null || theirs === null) throw new Error('two groups');
    groups.trigger(ours, desk.nowMs());
    groups.trigger(theirs, desk.nowMs());
    groups.reset(ours, desk.nowMs());
    groups.remove(ours, desk.nowMs());
    expect(told(heard, 'order_group_told')).toMatchObject(
      ['created', 'triggered', 'reset', 'deleted'].map((event, index) => ({
        event,
        orderGroupId: ours.id,
        limit: 1_000,
        exchangeTimeMs: NOON,
        sequence: { sequence: index + 1 },
      })),
    );
  });
});

describe('the lifecycle channels', () => {
  it('tell of combos on a channel of their own', () => {
    const desk = openDesk();
    const plain = listen(desk, { channels: ['market_lifecycle_v2'] });
    const combos = listen(desk, { channels: ['multivariate_market_lifecycle'] });
    desk.exchange.addMarket(aMarket({ ticker: COMBO }), NOON);
    expect(told(plain, 'lifecycle')).toEqual([]);
    expect(told(combos, 'lifecycle')).toMatchObject([{ market: COMBO, event: 'created' }]);
    expect(combos.frames.at(-1)?.type).toBe('multivariate_market_lifecycle');
  });

  it('say what a new market is, and when it stands still', () => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['market_lifecycle_v2'] });
    desk.exchange.addMarket(aMarket({ ticker: OTHER, title: 'Denver wins' }), NOON);
    desk.exchange.deactivate(TICKER, desk.nowMs());
    const created = heard.frames.find(({ msg }) => msg['event_type'] === 'created')?.msg;
    expect(created).toMatchObject({
      market_ticker: OTHER,
      open_ts: Math.floor(aMarket().openTimeMs / 1_000),
      close_ts: Math.floor(aMarket().closeTimeMs / 1_000),
      price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
      additional_metadata: { title: 'Denver wins', event_ticker: aMarket().eventTicker },
    });
    expect(heard.frames.at(-1)?.msg).toMatchObject({
      event_type: 'deactivated',
      is_deactivated: true,
    });
  });

  it('tell another grid, other words, other fees and a new event, all under the numbers of the channel', () => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['market_lifecycle_v2'] });
    const control = (action: Parameters<Desk['exchange']['control']>[0]): unknown =>
      desk.exchange.control(action, desk.nowMs());
    const { eventTicker } = aMarket();
    const event = {
      eventTicker,
      seriesTicker: 'KXNFLGAME',
      exchangeIndex: 0,
      title: 'A game',
      subTitle: 'on Sunday',
      isMutuallyExclusive: true,
      collateralReturn: '' as const,
      settlementSources: [],
    };
    const override = { makerFeeType: null, multiplierMillionths: 500_000 };
    const none = { makerFeeType: null, multiplierMillionths: null };
    expect([
      control({ kind: 'price_structure', market: TICKER, structure: 'deci_cent' }),
      control({ kind: 'describe_market', market: TICKER, title: 'Miami wins' }),
      control({ kind: 'describe_event', event }),
      control({ kind: 'override_fees', eventTicker, override, atMs: null }),
      control({ kind: 'override_fees', eventTicker, override: none, atMs: null }),
    ]).toEqual([null, null, null, null, null]);
    expect(heard.events.slice(1)).toMatchObject([
      { kind: 'price_grid_told', market: TICKER, priceRanges: [{ step: 10 }] },
      { kind: 'market_facts_told', market: TICKER, title: 'Miami wins' },
      { kind: 'event_told', eventTicker, seriesTicker: 'KXNFLGAME', title: 'A game' },
      {
        kind: 'event_fees_told',
        eventTicker,
        override: { kind: 'override', makerFeeType: null, multiplierMillionths: 500_000 },
      },
      { kind: 'event_fees_told', eventTicker, override: null },
    ]);
    expect(numbersOf(heard)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('own messages of subaccounts', () => {
  it('come to the primary account with their number, and to nobody else’s', () => {
    const desk = openDesk();
    const heard = listen(desk, {
      channels: ['orderbook_delta', 'fill', 'user_orders', 'market_positions'],
      markets: [TICKER],
    });
    desk.exchange.deposit('us#3', 0, money(1_000_000_000));
    desk.exchange.deposit('usher', 0, money(1_000_000_000));
    desk.accept('them', { side: 'ask', price: '0.5200' });
    for (const account of ['us#3', 'usher'])
      desk.accept(account, { ...IOC, count: '1.00', client_order_id: `of ${account}` });
    expect(told(heard, 'fill').map(({ clientOrderId }) => clientOrderId)).toEqual(['of us#3']);
    const deltas = told(heard, 'book_delta').map(({ delta }) => delta.clientOrderId);
    expect(deltas).toEqual([null, 'of us#3', null]);
    const own = heard.frames.filter(({ msg }) => msg['subaccount'] === 3);
    expect(own.map(({ type }) => type).toSorted()).toEqual([
      'fill',
      'market_position',
      'orderbook_delta',
    ]);
    expect(heard.frames.find(({ type }) => type === 'user_order')?.msg).toMatchObject({
      subaccount_number: 3,
      user_id: 'us',
    });
  });
});

describe('subscriptions', () => {
  it('leave their lists out of `ok` where that was wished, and have no number without numbers', () => {
    const desk = openDesk();
    const heard = listen(desk, {
      channels: ['trade', 'fill'],
      markets: [TICKER],
      skipTickerAck: true,
    });
    for (const sid of heard.sids) desk.exchange.addMarkets(sid, [OTHER], desk.nowMs(), 5);
    expect(heard.frames.slice(2)).toEqual([
      { id: 5, sid: heard.sids[0], seq: 1, type: 'ok', msg: {} },
      { id: 5, sid: heard.sids[1], type: 'ok', msg: {} },
    ]);
  });

  it.each([
    ['another', 2, [1, 1, 2]],
    ['extended', 1, [1, 1, 2]],
  ] as const)('to the same channel twice are %s', (subscribedAgain, sids, books) => {
    const desk = openDesk({ options: { stream: { subscribedAgain } } });
    desk.exchange.addMarket(aMarket({ ticker: OTHER }), NOON);
    const heard = listen(desk, { channels: ['orderbook_delta'], markets: [TICKER] });
    const again = { account: 'us', channels: ['orderbook_delta'], markets: [OTHER] } as const;
    desk.exchange.subscribe(heard.listener, { ...again, useYesPrice: true }, desk.nowMs());
    expect(desk.exchange.subscriptionsOf(heard.listener)).toHaveLength(sids);
    desk.accept('them', { ticker: OTHER });
    const seqs = heard.frames.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
    expect(seqs).toEqual(subscribedAgain === 'another' ? books : [1, 2, 3]);
  });

  it('of more markets than one may have are refused with code 26, when that is switched on', () => {
    const desk = openDesk({ options: { stream: { mostMarkets: 2 } } });
    const heard = listen(desk, { channels: ['trade'], markets: ['A', 'B'] });
    desk.exchange.addMarkets(heard.sids[0] ?? 0, ['B', 'C'], desk.nowMs(), 6);
    const tooMany = listen(desk, { channels: ['trade'], markets: ['A', 'B', 'C'], commandId: 7 });
    expect(tooMany.sids).toEqual([]);
    for (const { events } of [heard, tooMany])
      expect(events.at(-1)).toMatchObject({ kind: 'stream_error', code: 26, terminal: false });
  });

  it.each([10, 25] as const)('that are ended with code %i say nothing more', (code) => {
    const desk = openDesk();
    const heard = listen(desk, { channels: ['orderbook_delta'], markets: [TICKER] });
    const [sid = 0] = heard.sids;
    desk.exchange.endSubscription(sid, code, desk.nowMs());
    desk.accept('them');
    expect(heard.events.at(-1)).toMatchObject({
      kind: 'stream_error',
      subscription: sid,
      sequence: { sequence: 2 },
      code,
      terminal: true,
    });
    expect(desk.exchange.subscriptionsOf(heard.listener)).toEqual([]);
  });

  it('end with code 25 for who is full, that one and no other', () => {
    const desk = openDesk();
    const frames: [frame: string, last: 'last' | undefined][] = [];
    let isFull = false;
    const params = { account: 'us', markets: [TICKER], useYesPrice: true } as const;
    const listener = (frame: string, _nowMs: number, last?: 'last'): 'full' | undefined => {
      if (isFull && last === undefined) return 'full';
      frames.push([frame, last]);
      return undefined;
    };
    const channels = ['orderbook_delta', 'trade'] as const;
    desk.exchange.subscribe(listener, { ...params, channels }, desk.nowMs());
    isFull = true;
    desk.accept('them', { price: '0.5000' });
    isFull = false;
    desk.accept('them', { price: '0.5100' });
    desk.accept('third', { ...IOC, side: 'ask', price: '0.5100', count: '1.00' });
    expect(
      frames.slice(3).map(([frame, last]) => [(JSON.parse(frame) as Frame).type, last]),
    ).toEqual([
      ['error', 'last'],
      ['trade', undefined],
    ]);
    expect(JSON.parse(frames[3]![0])).toMatchObject({ sid: 1, seq: 3, msg: { code: 25 } });
  });
});
