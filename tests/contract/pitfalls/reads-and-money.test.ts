import { createPublicKey } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GuardedTransport } from '../../../shared/adapters/kalshi/guarded-transport.ts';
import { KalshiAccount } from '../../../shared/adapters/kalshi/kalshi-account.ts';
import { KalshiCatalogue } from '../../../shared/adapters/kalshi/kalshi-catalogue.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { SignedHttpTransport } from '../../../shared/adapters/kalshi/signed-http-transport.ts';
import { standingCauses } from '../../../shared/application/trading-causes.ts';
import { watchKey } from '../../../shared/application/watch-keys.ts';
import { LINEAR_CENT } from '../../../shared/domain/market/tick-grid.ts';
import { contracts } from '../../../shared/domain/money/contracts.ts';
import { price } from '../../../shared/domain/money/price.ts';
import { startExchangeServer } from '../../../local/venues/exchange-server.ts';
import { openDesk, TICKER } from '../../support/exchange-desk.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { valueOf } from '../../support/port-reads.ts';
import { aMarket } from '../../support/trade-builders.ts';
import { onlyOrder, place } from '../../support/trading-desk.ts';
import { ACCOUNTS_OF_US, ED25519_KEY, rsaSigner, stillTimers } from '../../support/venue-client.ts';
import { SERIES } from '../../support/contract-worlds.ts';
import { heldAtVenue, openPitfallDesk, withBody } from './pitfall-desk.ts';

const PUBLIC_KEY = createPublicKey(ED25519_KEY.privateKeyPem).export({
  type: 'spki',
  format: 'pem',
});

const REQUEST = {
  clientOrderId: 'an order of ours',
  market: TICKER,
  exchangeIndex: 0,
  bookSide: 'bid',
  limitPrice: price(5_200),
  count: contracts(100),
  reduceOnly: false,
  selfTrade: 'cancel_taker',
  orderGroupId: null,
} as const;

describe('pitfalls of what is read', () => {
  it.each([
    ['2026-11-21T12:00:00Z', 0],
    ['2026-11-21T12:00:00.4Z', 400],
    ['2026-11-21T12:00:00.45Z', 450],
    ['2026-11-21T12:00:00.456Z', 456],
    ['2026-11-21T12:00:00.456789Z', 456],
  ])('pitfall 7: a time with its zeros trimmed is read: %s', async (text, ms) => {
    const desk = await openPitfallDesk();
    await place(desk);
    await desk.pass(1_000);
    desk.transport.bend = (reply) =>
      withBody(reply, (body) =>
        body.replaceAll(/"created_time":"[^"]+"/g, `"created_time":"${text}"`),
      );
    const noon = Date.UTC(2026, 10, 21, 12);
    expect(await valueOf(desk.kalshi.orders({ sinceMs: 0 }))).toMatchObject([
      { createdAtMs: noon + ms },
    ]);
    const [fill] = await valueOf(desk.kalshi.fills({ sinceMs: 0 }));
    expect(Math.floor(fill!.exchangeTimeMs)).toBe(noon + ms);
  });

  it('pitfall 8: a garbage cursor returns page 1 silently', async () => {
    const desk = await openPitfallDesk();
    for (let n = 0; n < 3; n += 1)
      await desk.kalshi.submit({ ...REQUEST, clientOrderId: `order ${n}` });
    await desk.pass(1_000);
    const before = desk.transport.sent('GET').length;
    desk.transport.bend = (reply) =>
      withBody(reply, (body) => body.replace(/"cursor":"[^"]*"/, '"cursor":"garbage"'));
    // Neither an endless loop nor a list in which everything stands twice.
    expect((await desk.kalshi.orders({ sinceMs: 0 })).kind).toBe('unavailable');
    expect((await desk.kalshi.fills({ sinceMs: 0 })).kind).toBe('unavailable');
    expect(desk.transport.sent('GET').length - before).toBeLessThanOrEqual(6);
  });

  it('pitfall 9: cents stand next to dollar texts', async () => {
    const desk = await openPitfallDesk();
    const { kalshi, venue, market } = desk;
    const cash = async () => (await valueOf(kalshi.balances()))[0]!.available;
    await kalshi.submit(REQUEST);
    await desk.pass(1_000);
    const available = await cash();
    // 52 cents and $0.0175 of fee: a whole number of cents would hide the rest.
    expect(available).toBe(10_000_000_000 - 520_000 - 17_500);
    venue.exchange.determine(market, { kind: 'yes' }, venue.nowMs());
    await desk.pass(120_000);
    expect(await valueOf(kalshi.settlements({ sinceMs: 0 }))).toMatchObject([
      { revenue: 1_000_000, yesCount: 100 },
    ]);
    expect((await cash()) - available).toBe(1_000_000);
  });

  it('pitfall 10: placeholders of combos are left out', async () => {
    const { exchange, nowMs, wait } = openDesk();
    const combo = aMarket({ ticker: 'KXMVESPORTS-1-A', eventTicker: 'KXMVESPORTS-1' });
    exchange.addMarket({ ...combo, seriesTicker: 'KXMVESPORTS' }, nowMs());
    wait(1_000);
    const transport = new DirectTransport(exchange, 'us', nowMs);
    const catalogue = new KalshiCatalogue({ transport });
    const tickersOf = async (filter: { withCombos?: boolean }): Promise<readonly string[]> =>
      (await valueOf(catalogue.markets({ status: 'open', ...filter }))).map(
        (listing) => listing.market.ticker,
      );
    expect(await tickersOf({})).toEqual([TICKER]);
    // They are there for whoever asks for them, and are called what they are.
    const all = await valueOf(catalogue.markets({ status: 'open', withCombos: true }));
    expect(all.filter(({ isCombo }) => isCombo).map((one) => one.market.ticker)).toEqual([
      combo.ticker,
    ]);
  });
});

/** The exchange behind a socket, and our client with a clock that may be off and the keys that it may not know. */
async function serve(skewMs: () => number, accounts = ACCOUNTS_OF_US) {
  const desk = openDesk();
  desk.accept('them', { side: 'ask', price: '0.5200', count: '100.00' });
  const server = await startExchangeServer({
    exchange: desk.exchange,
    accounts,
    timers: stillTimers(desk.nowMs),
    port: 0,
  });
  let requests = 0;
  const signed = new SignedHttpTransport({
    restUrl: server.restUrl,
    signer: rsaSigner,
    nowMs: () => desk.nowMs() + skewMs(),
    timeoutMs: 5_000,
  });
  const inner = {
    request: (request: Parameters<typeof signed.request>[0]) => {
      requests += 1;
      return signed.request(request);
    },
  };
  onTestFinished(async () => {
    signed.close();
    await server.close();
  });
  const told: boolean[] = [];
  const guarded = new GuardedTransport({
    inner,
    nowMs: desk.nowMs,
    onRefused: (_, stops) => told.push(stops),
    onAccepted: () => {},
  });
  return {
    desk,
    exchange: new KalshiExchange(guarded, () => SERIES),
    told,
    requests: () => requests,
  };
}

describe('pitfalls of credentials', () => {
  it('pitfall 16: a machine that slept signs in the past', async () => {
    let skewMs = -60_000;
    const { desk, exchange } = await serve(() => skewMs);
    // Refused, and so surely not placed; not "unknown".
    expect(await exchange.submit(REQUEST)).toMatchObject({
      kind: 'rejected',
      code: 'header_timestamp_expired',
    });
    expect(desk.exchange.floor.accounts.position('us', TICKER)).toBe(0);
    skewMs = 0;
    // Every request is stamped when it is sent: nothing has to be started again.
    expect(await exchange.submit(REQUEST)).toMatchObject({ kind: 'accepted', filled: 100 });
  });

  it('pitfall 17: a revoked key in a loop of retries', async () => {
    const { exchange, told, requests } = await serve(() => 0, new Map());
    for (let n = 0; n < 50; n += 1) {
      await exchange.balances();
      expect((await exchange.submit({ ...REQUEST, clientOrderId: `${n}` })).kind).toBe('rejected');
    }
    // A handful of refusals, then nothing leaves; and somebody was told that it stops.
    expect(requests()).toBeLessThanOrEqual(5);
    expect(told).toContain(true);
  });

  it('pitfall 19: the statement of place lapses for some categories only', async () => {
    const desk = await openPitfallDesk();
    const { venue, transport } = desk;
    const nowMs = venue.nowMs();
    venue.exchange.control(
      { kind: 'attestation', account: 'us', expiresAtMs: nowMs - 60_000 },
      nowMs,
    );
    const path = '/api_keys';
    const body = JSON.stringify({ name: 'trading', public_key: PUBLIC_KEY });
    await transport.request({ method: 'POST', path, query: {}, body });
    const account = new KalshiAccount(transport);
    const [key] = await valueOf(account.keys());
    expect(key?.regionExpiresAtMs).toBeLessThan(nowMs);
    await watchKey({
      ...desk.deps,
      account,
      keyId: key!.keyId,
      affected: () => ['KXNFLGAME-26NOV22'],
    });
    expect(await standingCauses(desk.store)).toMatchObject([
      { code: 'key_attestation', scope: { kind: 'event', eventTicker: 'KXNFLGAME-26NOV22' } },
    ]);
    // No order of that event leaves any more, and those of others do.
    await expect(place(desk)).rejects.toThrow(/refused/);
    expect(transport.sent('POST').map((request) => request.path)).toEqual([path]);
  });
});

describe('pitfalls of money', () => {
  it('pitfall 18: an unfunded shard answers with a 404', async () => {
    const desk = await openPitfallDesk();
    desk.venue.exchange.control(
      { kind: 'refuse_shard', shard: 0, as: 'insufficient_shard_balance' },
      desk.venue.nowMs(),
    );
    const order = await place(desk);
    // A refusal like any other: not an order that is looked for, and its money is free again.
    expect([order.state, order.reservation.cash]).toEqual(['rejected', 0]);
    await desk.resolveAfter(1_000, 10_000);
    expect(await desk.causes()).not.toContain('unknown_outcome');
    expect(heldAtVenue(desk)).toBe(0);
  });

  it('pitfall 20: to sell YES without holding it costs the rest of the dollar', async () => {
    const desk = openDesk({ dollars: 10 });
    desk.accept('them', { side: 'bid', price: '0.0500', count: '90.00' });
    const exchange = new KalshiExchange(
      new DirectTransport(desk.exchange, 'us', desk.nowMs),
      () => SERIES,
    );
    const sale = { ...REQUEST, bookSide: 'ask', limitPrice: price(500) } as const;
    expect(await exchange.submit({ ...sale, count: contracts(9_000) })).toMatchObject({
      kind: 'rejected',
      code: 'insufficient_balance',
    });
    expect(
      await exchange.submit({ ...sale, clientOrderId: 'ten', count: contracts(1_000) }),
    ).toMatchObject({ kind: 'accepted', filled: 1_000 });
    desk.wait(1_000);
    const [balance] = await valueOf(exchange.balances());
    // 95 cents for each of ten, and the fee.
    expect(balance?.available).toBeLessThanOrEqual(10_000_000 - 9_500_000);
    expect(await valueOf(exchange.positions())).toEqual([
      { market: TICKER, leg: 'no', quantity: 1_000 },
    ]);
  });

  it('pitfall 21: a price made of floats is off the grid', async () => {
    const desk = openDesk();
    const transport = new DirectTransport(desk.exchange, 'us', desk.nowMs);
    const exchange = new KalshiExchange(transport, () => SERIES);
    for (const cents of [7, 29, 30, 55, 57, 58, 99]) {
      const limitPrice = price(cents * 100);
      const outcome = await exchange.submit({ ...REQUEST, clientOrderId: `${cents}`, limitPrice });
      expect(outcome.kind).toBe('accepted');
      // 0.57 × 100 is 56.99999999999999 in floats.
      expect(transport.requests.at(-1)?.body).toContain(
        `"price":"0.${String(cents).padStart(2, '0')}00"`,
      );
    }
    expect(LINEAR_CENT).toHaveLength(1);
  });

  it('pitfall 26: a fee rounded up to the next cent overstates small fills', async () => {
    const desk = await openPitfallDesk({ offered: '1.00' });
    const { intent } = await place(desk);
    await desk.resolveAfter(1_000);
    const [fill] = await valueOf(desk.kalshi.fills({ sinceMs: 0 }));
    expect(fill).toMatchObject({ count: 100, fee: 17_500 });
    // What is booked is what was charged, and not the two cents of the old formula.
    const { value } = (await desk.store.get('orders', intent.clientOrderId))!;
    expect(onlyOrder(desk)).toEqual(value);
    const fees = desk.journal.flatMap((entry) => (entry.kind === 'fill' ? [entry.fill.fee] : []));
    expect(fees).toEqual([17_500]);
    expect(desk.venue.exchange.totals().fees).toBeGreaterThanOrEqual(17_500);
  });
});
