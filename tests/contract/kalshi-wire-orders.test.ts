import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeExchangeError } from '../../shared/adapters/kalshi/wire/exchange-error.ts';
import {
  decodeCreateOrderBody,
  type CreateOrderBody,
} from '../../shared/adapters/kalshi/wire/order-bodies.ts';
import {
  decodeCancelResponse,
  decodeSubmitResponse,
  encodeCancelResponse,
  encodeCreateOrder,
  encodeCreateOrderResponse,
} from '../../shared/adapters/kalshi/wire/orders.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { OrderRequest } from '../../shared/ports/exchange.ts';
import { someDamage } from '../support/damage.ts';
import {
  somePrice,
  someTimeMs,
  someId,
  someTicker,
  someSide,
} from '../support/wire-arbitraries.ts';
import { runs } from '../support/property-settings.ts';

const REQUEST: OrderRequest = {
  clientOrderId: '7b1f1f0e-93ab-4c5b-8e6c-6f5f0b0d7a11',
  market: 'KXRAINNYC-26NOV22-T0',
  exchangeIndex: 3,
  bookSide: 'bid',
  limitPrice: price(3_800),
  count: contracts(2_500),
  reduceOnly: false,
  selfTrade: 'cancel_taker',
  orderGroupId: null,
};
const CREATED =
  '{"order_id":"5e0d3c1a-0a5d-4a44-9f2c-1f5f4f7f2c01","client_order_id":"7b1f1f0e-93ab-4c5b-8e6c-6f5f0b0d7a11",' +
  '"fill_count":"10.00","remaining_count":"0.00","average_fill_price":"0.3700","average_fee_paid":"0.0163",' +
  '"ts_ms":1795262400456}';

const someRequest: fc.Arbitrary<OrderRequest> = fc.record({
  clientOrderId: someId,
  market: someTicker,
  exchangeIndex: fc.integer({ min: 0, max: 9 }),
  bookSide: someSide,
  limitPrice: somePrice,
  count: fc.integer({ min: 1, max: 1e11 }).map(contracts),
  reduceOnly: fc.boolean(),
  selfTrade: fc.constantFrom('cancel_taker' as const, 'cancel_resting' as const),
  orderGroupId: fc.option(someId, { nil: null }),
});
const submitted = (status: number, body: string) =>
  decodeSubmitResponse({ status, body, request: REQUEST });

const bodyWith = (change: Readonly<Record<string, unknown>>): string => {
  const fields: unknown = JSON.parse(encodeCreateOrder(REQUEST));
  return JSON.stringify({ ...Object(fields), ...change });
};

const cancelled = (status: number, body: string) =>
  decodeCancelResponse({ status, body, exchangeOrderId: 'o-1' });

describe('a create-order request', () => {
  it('is the documented body, all decimals as texts, on an explicit shard', () => {
    expect(JSON.parse(encodeCreateOrder({ ...REQUEST, reduceOnly: true }))).toEqual({
      ticker: 'KXRAINNYC-26NOV22-T0',
      client_order_id: '7b1f1f0e-93ab-4c5b-8e6c-6f5f0b0d7a11',
      side: 'bid',
      count: '25.00',
      price: '0.3800',
      time_in_force: 'immediate_or_cancel',
      self_trade_prevention_type: 'taker_at_cross',
      cancel_order_on_pause: true,
      reduce_only: true,
      exchange_index: 3,
    });
  });

  it('reaches the exchange as it was meant', () => {
    fc.assert(
      fc.property(someRequest, ({ selfTrade, ...told }) => {
        const request = { ...told, selfTrade };
        const expected: CreateOrderBody = {
          ...told,
          kind: 'create_order',
          timeInForce: 'immediate_or_cancel',
          selfTradePrevention: selfTrade === 'cancel_taker' ? 'taker_at_cross' : 'maker',
          postOnly: false,
          cancelOnPause: true,
          expirationMs: null,
          subaccount: 0,
        };
        expect(decodeCreateOrderBody(encodeCreateOrder(request))).toEqual(expected);
      }),
      runs(1_000),
    );
  });

  it('of a maker carries its expiry, group and pause rule', () => {
    expect(
      decodeCreateOrderBody(
        bodyWith({
          time_in_force: 'good_till_canceled',
          post_only: true,
          cancel_order_on_pause: true,
          expiration_time: 1_795_270_800,
          order_group_id: '0d6e2f9c',
          exchange_index: undefined,
        }),
      ),
    ).toMatchObject({
      kind: 'create_order',
      timeInForce: 'good_till_canceled',
      postOnly: true,
      cancelOnPause: true,
      expirationMs: 1_795_270_800_000,
      orderGroupId: '0d6e2f9c',
      exchangeIndex: -1,
    });
  });

  it.each([
    ['a price as a JSON number', { price: 0.38 }, 'bad_request'],
    ['a count as a JSON number', { count: 25 }, 'bad_request'],
    ['no ticker', { ticker: undefined }, 'missing_parameters'],
    ['no side', { side: undefined }, 'invalid_order'],
    ['a side of the old kind', { side: 'yes' }, 'invalid_order'],
    ['no price', { price: undefined }, 'invalid_order'],
    ['a price of one dollar', { price: '1.0000' }, 'invalid_price'],
    ['a price of float noise', { price: '0.3000000004' }, 'invalid_price'],
    ['no contracts', { count: '0.00' }, 'invalid_order'],
    ['a thousandth of a contract', { count: '0.001' }, 'invalid_order'],
  ])('with %s is refused by the exchange', (_name, change, code) => {
    expect(decodeCreateOrderBody(bodyWith(change))).toMatchObject({
      kind: 'refused',
      status: 400,
      code,
    });
  });

  it('that is not JSON is a bad request', () => {
    expect(decodeCreateOrderBody('{"ticker":')).toMatchObject({ status: 400, code: 'bad_request' });
    expect(decodeCreateOrderBody('[1]')).toMatchObject({ status: 400, code: 'bad_request' });
  });
});

describe('a create-order answer', () => {
  it('is accepted with what filled, whatever it says remains', () => {
    expect(submitted(201, CREATED)).toEqual({
      kind: 'accepted',
      exchangeOrderId: '5e0d3c1a-0a5d-4a44-9f2c-1f5f4f7f2c01',
      filled: 1_000,
      exchangeTimeMs: 1_795_262_400_456,
    });
    const untouched = CREATED.replace('"10.00"', '"0.00"').replace(/"average[^,]*,/g, '');
    expect(submitted(201, untouched)).toMatchObject({ kind: 'accepted', filled: 0 });
  });

  it('encoded by the exchange is read as it was meant', () => {
    fc.assert(
      fc.property(
        someRequest,
        someId,
        fc.double({ min: 0, max: 1, noNaN: true }),
        someTimeMs,
        (request, exchangeOrderId, share, exchangeTimeMs) => {
          const filled = contracts(Math.floor(request.count * share));
          const body = encodeCreateOrderResponse({
            exchangeOrderId,
            clientOrderId: request.clientOrderId,
            filled,
            resting: contracts(0),
            cost: money(filled * request.limitPrice),
            fees: money(filled),
            exchangeTimeMs,
          });
          expect(decodeSubmitResponse({ status: 201, body, request })).toEqual({
            kind: 'accepted',
            exchangeOrderId,
            filled,
            exchangeTimeMs,
          });
        },
      ),
      runs(1_000),
    );
  });

  it('has averages per contract only when something filled', () => {
    const order = {
      exchangeOrderId: 'o',
      clientOrderId: 'c',
      resting: contracts(0),
      exchangeTimeMs: 1,
    };
    expect(
      JSON.parse(
        encodeCreateOrderResponse({
          ...order,
          filled: contracts(1_000),
          cost: money(3_700_000),
          fees: money(163_200),
        }),
      ),
    ).toMatchObject({ average_fill_price: '0.3700', average_fee_paid: '0.0163' });
    expect(
      encodeCreateOrderResponse({ ...order, filled: contracts(0), cost: money(0), fees: money(0) }),
    ).not.toContain('average');
  });

  it.each([
    ['408', 408, '', 'request_timeout_408'],
    ['500', 500, '{"error":{"code":"internal","message":"x"}}', 'server_error'],
    ['502 of a gateway', 502, '<html>bad gateway</html>', 'server_error'],
    ['503 with the body of a success', 503, CREATED, 'server_error'],
    ['a redirect', 302, '', 'server_error'],
    ['an empty 201', 201, '', 'empty_success'],
    ['a blank 200', 200, ' \n', 'empty_success'],
    ['a 204', 204, '', 'empty_success'],
    ['a 201 that is not JSON', 201, '<html>', 'unreadable_success'],
    ['a 201 without an order id', 201, '{"fill_count":"0.00"}', 'unreadable_success'],
    ['an empty order id', 201, CREATED.replace(/5e0d[^"]*/, ''), 'unreadable_success'],
    [
      'no client order id to compare',
      201,
      CREATED.replace(/"client_order_id":"[^"]*",/, ''),
      'unreadable_success',
    ],
    ['no fill count', 201, CREATED.replace('"fill_count":"10.00",', ''), 'unreadable_success'],
    [
      'a fill count as a number',
      201,
      CREATED.replace('"fill_count":"10.00"', '"fill_count":10'),
      'unreadable_success',
    ],
    ['another order', 201, CREATED.replace('7b1f1f0e', '00000000'), 'mismatched_success'],
    ['more than was asked for', 201, CREATED.replace('"10.00"', '"25.01"'), 'mismatched_success'],
  ])('of %s leaves the outcome unknown', (_name, status, body, cause) => {
    expect(submitted(status, body)).toEqual({ kind: 'unknown', cause });
  });

  it.each([
    [400, '{"error":{"code":"invalid_price","message":"invalid price"}}', 'invalid_price'],
    [
      400,
      '{"error":{"code":"invalid_order","message":"invalid order","details":"post only cross"}}',
      'invalid_order',
    ],
    [400, '{"code":"bad_request","message":"json decode"}', 'bad_request'],
    [400, '{"msg":"Parameter validation failed"}', 'bad_request'],
    [403, '{"error":{"message":"no scope"}}', 'forbidden'],
    [404, '{"error":{"code":"insufficient_shard_balance"}}', 'insufficient_shard_balance'],
    [404, '', 'not_found'],
    [409, '{"error":{"code":"order_already_exists","message":"x"}}', 'order_already_exists'],
    [409, 'gone wrong', 'order_already_exists'],
    // The words of FIX, and what says the same: taken for a refusal of the order its fills would be nobody's.
    [409, '{"error":{"code":"ORDER_ALREADY_EXISTS"}}', 'order_already_exists'],
    [409, '{"error":{"code":"duplicate_client_order_id"}}', 'order_already_exists'],
    [409, '{"code":"conflict","message":"Order already exists"}', 'order_already_exists'],
    [409, '{"error":{"code":"trading_is_paused"}}', 'trading_is_paused'],
    [410, '{"error":{"code":"SOME_UPPER_CASE"}}', 'SOME_UPPER_CASE'],
    [429, '{"error":"too many requests"}', 'rate_limited'],
    [400, '{"error":{"code":7,"message":{}},"code":null}', 'bad_request'],
    [401, '<html>', 'authentication_error'],
  ])('of %d %s is a rejection', (status, body, code) => {
    expect(submitted(status, body)).toMatchObject({ kind: 'rejected', code });
  });

  it('keeps the details of a rejection in its message', () => {
    expect(
      submitted(
        400,
        '{"error":{"code":"invalid_order","message":"no","details":"post only cross"}}',
      ),
    ).toMatchObject({ message: 'no: post only cross' });
  });

  it('of every error shape of the exchange is a rejection with its code where it has one', () => {
    for (const shape of ['nested', 'flat', 'msg', 'text', 'html', 'empty'] as const) {
      const error = { status: 400, code: 'invalid_price', message: 'no', details: null, shape };
      const hasCode = shape === 'nested' || shape === 'flat';
      expect(submitted(400, encodeExchangeError(error))).toMatchObject({
        kind: 'rejected',
        code: hasCode ? 'invalid_price' : 'bad_request',
      });
    }
  });

  it('damaged in any way is never taken for another fill than it tells, nor thrown', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(200, 201),
        fc.array(someDamage(), { minLength: 1, maxLength: 4 }),
        (status, damages) => {
          const outcome = submitted(
            status,
            damages.reduce((text, damage) => damage(text), CREATED),
          );
          expect(outcome.kind).not.toBe('rejected');
          if (outcome.kind === 'accepted') expect(outcome.filled).toBeLessThanOrEqual(2_500);
        },
      ),
      runs(2_000),
    );
  });
});

describe('a cancel answer', () => {
  const body = encodeCancelResponse({
    exchangeOrderId: 'o-1',
    clientOrderId: 'c-1',
    reducedBy: contracts(1_500),
    exchangeTimeMs: 5,
  });

  it.each([
    [200, body, { kind: 'cancelled', reducedBy: 1_500 }],
    [200, body.replace('o-1', 'o-2'), { kind: 'unknown' }],
    [200, '', { kind: 'unknown' }],
    [404, '{"error":{"code":"not_found"}}', { kind: 'not_found' }],
    [408, '', { kind: 'unknown' }],
    [503, body, { kind: 'unknown' }],
    [429, '{"error":"too many requests"}', { kind: 'rejected', code: 'rate_limited' }],
  ])('of %d %s is %o', (status, text, expected) => {
    expect(cancelled(status, text)).toMatchObject(expected);
  });
});
