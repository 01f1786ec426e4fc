import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../../shared/adapters/kalshi/http-transport.ts';
import { KalshiOrderGroups } from '../../shared/adapters/kalshi/kalshi-order-groups.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { DirectTransport } from '../support/direct-transport.ts';
import { openDesk, TICKER } from '../support/exchange-desk.ts';

function open() {
  const desk = openDesk();
  const transport = new DirectTransport(desk.exchange, 'us', desk.nowMs);
  return { desk, transport, groups: new KalshiOrderGroups(transport) };
}

async function made(groups: KalshiOrderGroups, exchangeIndex = 0, limit = 1_000) {
  const group = await groups.create({ limit: contracts(limit), exchangeIndex });
  if (group.kind !== 'created') throw new Error(`not created: ${group.kind}`);
  return { id: group.id, exchangeIndex };
}

const failed = (): HttpReply => ({ kind: 'failed', cause: 'connection_reset' });
const status =
  (code: number, body = '') =>
  (): HttpReply => ({ kind: 'answered', status: code, body });

describe('an order group', () => {
  it('is made, listed over all shards, triggered, reset, limited and removed', async () => {
    const { desk, groups } = open();
    desk.exchange.deposit('us', 2, money(1));
    const [here, there] = [await made(groups), await made(groups, 2)];
    expect(await groups.list()).toEqual({
      kind: 'read',
      value: [
        { ...here, limit: 1_000, isTriggered: false },
        { ...there, limit: 1_000, isTriggered: false },
      ],
    });
    expect(await groups.trigger(there)).toEqual({ kind: 'done' });
    expect(await groups.one(there)).toMatchObject({ value: { isTriggered: true, orderIds: [] } });
    expect(await groups.reset(there)).toEqual({ kind: 'done' });
    expect(await groups.setLimit(there, contracts(5_000))).toEqual({ kind: 'done' });
    expect(await groups.one(there)).toMatchObject({ value: { isTriggered: false, limit: 5_000 } });
    expect(await groups.remove(there)).toEqual({ kind: 'done' });
    expect(await groups.one(there)).toEqual({ kind: 'read', value: null });
    expect(await groups.reset(there)).toEqual({ kind: 'not_found' });
  });

  it('lives on its shard: elsewhere there is no such group', async () => {
    const { desk, groups } = open();
    desk.exchange.deposit('us', 2, money(1));
    const here = await made(groups);
    expect(await groups.one({ ...here, exchangeIndex: 2 })).toEqual({ kind: 'read', value: null });
  });

  it('shows what rests in it', async () => {
    const { desk, groups } = open();
    const group = await made(groups);
    const { order_id } = desk.accept('us', { ticker: TICKER, order_group_id: group.id });
    expect(await groups.one(group)).toMatchObject({ value: { orderIds: [order_id] } });
  });

  it('is sent as documented: PUT on its path, its shard in the query', async () => {
    const { transport, groups } = open();
    const group = await made(groups);
    await groups.setLimit(group, contracts(2_000));
    await groups.trigger(group);
    expect(transport.requests).toMatchObject([
      {
        method: 'POST',
        path: '/portfolio/order_groups/create',
        body: '{"contracts_limit_fp":"10.00","exchange_index":0}',
      },
      {
        method: 'PUT',
        path: `/portfolio/order_groups/${group.id}/limit`,
        query: { exchange_index: '0' },
        body: '{"contracts_limit_fp":"20.00"}',
      },
      { method: 'PUT', path: `/portfolio/order_groups/${group.id}/trigger`, body: null },
    ]);
  });

  it.each([
    ['nothing', failed, { kind: 'unknown', cause: 'connection_reset' }],
    ['500', status(500), { kind: 'unknown', cause: 'server_error' }],
    ['an empty success', status(201), { kind: 'unknown', cause: 'empty_success' }],
    [
      'a success without an id',
      status(201, '{}'),
      { kind: 'unknown', cause: 'unreadable_success' },
    ],
    ['403', status(403), { kind: 'rejected', code: 'forbidden' }],
  ])('of whose making %s came back', async (_, reply, outcome) => {
    const { transport, groups } = open();
    transport.replaceReplies(reply);
    expect(await groups.create({ limit: contracts(100), exchangeIndex: 0 })).toMatchObject(outcome);
    expect(transport.requests).toHaveLength(1);
  });

  it.each([
    ['nothing', failed, { kind: 'unknown', cause: 'connection_reset' }],
    ['502', status(502), { kind: 'unknown', cause: 'server_error' }],
    ['400', status(400), { kind: 'rejected', code: 'bad_request' }],
  ])('of whose change %s came back', async (_, reply, outcome) => {
    const { transport, groups } = open();
    const group = await made(groups);
    for (const change of [
      () => groups.trigger(group),
      () => groups.reset(group),
      () => groups.remove(group),
      () => groups.setLimit(group, contracts(100)),
    ]) {
      transport.replaceReplies(reply);
      expect(await change()).toMatchObject(outcome);
    }
  });

  it('list that cannot be read is no empty list', async () => {
    const { transport, groups } = open();
    transport.replaceReplies(failed, failed, failed);
    expect(await groups.list()).toMatchObject({ kind: 'unavailable' });
    transport.replaceReplies(status(200, '{"order_groups":[{"id":7}]}'));
    expect(await groups.list()).toMatchObject({ kind: 'unavailable' });
  });
});
