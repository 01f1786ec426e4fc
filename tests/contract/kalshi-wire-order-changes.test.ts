import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeAccountLimits,
  encodeEndpointCosts,
} from '../../shared/adapters/kalshi/wire/account-limits-encode.ts';
import {
  cancelItemFrom,
  decodeBatchBody,
  decodeBatchResponse,
  encodeBatchCancel,
  encodeBatchCancelResponse,
  encodeBatchCreate,
  encodeBatchCreateResponse,
} from '../../shared/adapters/kalshi/wire/order-batches.ts';
import { createOrderFrom } from '../../shared/adapters/kalshi/wire/order-bodies.ts';
import {
  decodeAmendOrderBody,
  decodeChangedOrder,
  decodeDecreaseOrderBody,
  encodeAmendOrder,
  encodeAmendResponse,
  encodeDecreaseOrder,
  encodeDecreaseResponse,
  type AmendOrder,
  type DecreaseOrder,
} from '../../shared/adapters/kalshi/wire/order-changes.ts';
import {
  decodeOrderGroup,
  decodeOrderGroupBody,
  decodeOrderGroupCreated,
  decodeOrderGroups,
  encodeCreateOrderGroup,
  encodeOrderGroup,
  encodeOrderGroupCreated,
  encodeOrderGroupLimit,
  encodeOrderGroups,
} from '../../shared/adapters/kalshi/wire/order-groups.ts';
import { encodeCreateOrder } from '../../shared/adapters/kalshi/wire/orders.ts';
import {
  decodeQueuePosition,
  decodeQueuePositions,
  encodeQueuePosition,
  encodeQueuePositions,
} from '../../shared/adapters/kalshi/wire/queue-positions.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { runs } from '../support/property-settings.ts';
import {
  someCount,
  someId,
  somePrice,
  someSide,
  someTicker,
  someTimeMs,
} from '../support/wire-arbitraries.ts';

const someShard = fc.integer({ min: 0, max: 9 });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const positive = fc.integer({ min: 1, max: 1e11 }).map(contracts);

const someAmend: fc.Arbitrary<AmendOrder> = fc.record({
  market: someTicker,
  bookSide: someSide,
  limitPrice: somePrice,
  count: positive,
  clientOrderId: orNull(someId),
  updatedClientOrderId: orNull(someId),
  exchangeIndex: fc.integer({ min: -1, max: 9 }),
  expiry: fc.oneof(
    fc.constant({ kind: 'keep' as const }),
    fc.constant({ kind: 'remove' as const }),
    fc
      .integer({ min: 1, max: 4e9 })
      .map((seconds) => ({ kind: 'at' as const, atMs: seconds * 1_000 })),
  ),
});
const someDecrease: fc.Arbitrary<DecreaseOrder> = fc.record({
  decrease: fc.oneof(
    fc.record({ kind: fc.constant('by' as const), count: positive }),
    fc.record({ kind: fc.constant('to' as const), count: someCount }),
  ),
  exchangeIndex: orNull(someShard),
  market: orNull(someTicker),
});

describe('changes of an order', () => {
  it('reach the exchange as they were meant', () => {
    fc.assert(
      fc.property(someAmend, someDecrease, (amend, decrease) => {
        expect(decodeAmendOrderBody(encodeAmendOrder(amend))).toEqual({
          kind: 'amend_order',
          ...amend,
        });
        expect(decodeDecreaseOrderBody(encodeDecreaseOrder(decrease))).toEqual({
          kind: 'decrease_order',
          ...decrease,
        });
      }),
      runs(1_000),
    );
  });

  it('are answered so that the answer is read as it was meant', () => {
    fc.assert(
      fc.property(
        someId,
        orNull(someId),
        orNull(fc.record({ filled: someCount, remaining: someCount })),
        someTimeMs,
        (exchangeOrderId, clientOrderId, change, exchangeTimeMs) => {
          const order = { exchangeOrderId, clientOrderId, exchangeTimeMs };
          const amended = encodeAmendResponse({
            ...order,
            change: change === null ? null : { ...change, cost: money(0), fees: money(0) },
          });
          const none = { filled: null, remaining: null };
          expect(decodeChangedOrder(amended)).toEqual({
            kind: 'changed',
            ...order,
            ...(change ?? none),
          });
          const remaining = contracts(change?.remaining ?? 0);
          expect(decodeChangedOrder(encodeDecreaseResponse({ ...order, remaining }))).toEqual({
            kind: 'changed',
            ...order,
            filled: null,
            remaining,
          });
        },
      ),
      runs(500),
    );
  });

  it.each([
    ['no ticker', { ticker: undefined }, 'missing_parameters'],
    ['no side', { side: undefined }, 'invalid_order'],
    ['no price', { price: undefined }, 'invalid_order'],
    ['no count', { count: undefined }, 'invalid_order'],
    ['a count as a number', { count: 3 }, 'bad_request'],
    ['a price as a number', { price: 0.5 }, 'bad_request'],
    ['a price of a dollar', { price: '1.0000' }, 'invalid_price'],
    ['nothing to fill', { count: '0.00' }, 'invalid_order'],
  ])('with %s are refused', (_name, change, code) => {
    const body = { ticker: 'KX', side: 'bid', price: '0.5000', count: '1.00', ...change };
    expect(decodeAmendOrderBody(JSON.stringify(body))).toMatchObject({ kind: 'refused', code });
  });
});

describe('batches', () => {
  it('reach the exchange item by item', () => {
    const someRequest = fc.record({
      clientOrderId: someId,
      market: someTicker,
      exchangeIndex: someShard,
      bookSide: someSide,
      limitPrice: somePrice,
      count: positive,
      reduceOnly: fc.boolean(),
      selfTrade: fc.constantFrom('cancel_taker' as const, 'cancel_resting' as const),
      orderGroupId: fc.option(someId, { nil: null }),
    });
    const someCancel = fc.record({
      orderId: someId,
      exchangeIndex: orNull(someShard),
      market: orNull(someTicker),
    });
    fc.assert(
      fc.property(
        fc.array(someRequest, { minLength: 1, maxLength: 20 }),
        fc.array(someCancel, { minLength: 1, maxLength: 20 }),
        (requests, cancels) => {
          const creates = decodeBatchBody(encodeBatchCreate(requests.map(encodeCreateOrder)));
          if (creates.kind === 'refused') throw new Error(creates.message);
          expect(creates.items.map(createOrderFrom)).toMatchObject(
            requests.map(({ selfTrade, ...request }) => ({
              ...request,
              selfTradePrevention: selfTrade === 'cancel_taker' ? 'taker_at_cross' : 'maker',
            })),
          );
          const gone = decodeBatchBody(encodeBatchCancel(cancels));
          if (gone.kind === 'refused') throw new Error(gone.message);
          expect(gone.items.map(cancelItemFrom)).toMatchObject(cancels);
        },
      ),
      runs(200),
    );
  });

  it('are answered with the ids, counts and errors of their items', () => {
    const error = {
      status: 400,
      code: 'invalid_price',
      message: 'invalid price',
      details: null,
      shape: 'nested' as const,
    };
    const order = { exchangeOrderId: 'o', clientOrderId: 'c', exchangeTimeMs: 7 };
    const sums = { filled: contracts(100), resting: contracts(0), cost: money(5), fees: money(1) };
    expect(
      decodeBatchResponse(
        encodeBatchCreateResponse([
          { kind: 'created', order: { ...order, ...sums } },
          { kind: 'refused', clientOrderId: 'd', error },
        ]),
      ),
    ).toMatchObject({
      items: [
        { exchangeOrderId: 'o', clientOrderId: 'c', filled: 100, exchangeTimeMs: 7, error: null },
        { exchangeOrderId: null, clientOrderId: 'd', error: { code: 'invalid_price' } },
      ],
    });
    expect(
      decodeBatchResponse(
        encodeBatchCancelResponse([
          { kind: 'cancelled', order: { ...order, reducedBy: contracts(300) } },
          { kind: 'refused', orderId: 'p', error },
        ]),
      ),
    ).toMatchObject({
      items: [
        { exchangeOrderId: 'o', reducedBy: 300, error: null },
        { exchangeOrderId: 'p', reducedBy: 0, error: { code: 'invalid_price' } },
      ],
    });
  });
});

describe('order groups, queue positions and limits', () => {
  const someLimit = fc.integer({ min: 100, max: 1e8 }).map(contracts);
  const someGroup = fc.record({
    id: someId,
    limit: orNull(someLimit),
    isTriggered: fc.boolean(),
    exchangeIndex: orNull(someShard),
  });

  it('are read as they were meant, on both sides', () => {
    fc.assert(
      fc.property(
        fc.array(someGroup, { maxLength: 5 }),
        someGroup,
        someLimit,
        someShard,
        fc.array(someId, { maxLength: 5 }),
        (groups, one, limit, exchangeIndex, orderIds) => {
          expect(decodeOrderGroupBody(encodeCreateOrderGroup({ limit, exchangeIndex }))).toEqual({
            kind: 'order_group',
            limit,
            exchangeIndex,
            subaccount: 0,
          });
          expect(decodeOrderGroupBody(encodeOrderGroupLimit(limit))).toMatchObject({ limit });
          expect(
            decodeOrderGroupCreated(encodeOrderGroupCreated({ id: one.id, exchangeIndex })),
          ).toEqual({ kind: 'created', id: one.id });
          expect(decodeOrderGroups(encodeOrderGroups(groups))).toEqual({ kind: 'groups', groups });
          const { id: _, ...rest } = one;
          expect(decodeOrderGroup(encodeOrderGroup(one, orderIds))).toEqual({
            kind: 'group',
            ...rest,
            orderIds,
          });
        },
      ),
      runs(300),
    );
  });

  it('tell places as they are', () => {
    const somePlace = fc.record({ exchangeOrderId: someId, market: someTicker, ahead: someCount });
    fc.assert(
      fc.property(fc.array(somePlace, { maxLength: 10 }), someCount, (positions, ahead) => {
        expect(decodeQueuePositions(encodeQueuePositions(positions))).toEqual({
          kind: 'queue',
          positions,
        });
        expect(decodeQueuePosition(encodeQueuePosition(ahead))).toEqual({ kind: 'queue', ahead });
      }),
      runs(300),
    );
  });

  it('are written as documented', () => {
    const bucket = { refillPerS: 1_200, capacity: 3_600 };
    expect(encodeAccountLimits({ tier: 'premier', read: bucket, write: bucket })).toBe(
      '{"usage_tier":"premier","read":{"refill_rate":1200,"bucket_capacity":3600},' +
        '"write":{"refill_rate":1200,"bucket_capacity":3600},"grants":[]}',
    );
    expect(encodeEndpointCosts(10, [{ method: 'DELETE', path: '/x/:id', cost: 2 }])).toBe(
      '{"default_cost":10,"endpoint_costs":[{"method":"DELETE","path":"/x/:id","cost":2}]}',
    );
  });
});
