import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  ScanCommand,
  ThrottlingException,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { DynamoDecisionLog } from '../../../../shared/adapters/aws/dynamo-decision-log.ts';
import { DynamoHotStore } from '../../../../shared/adapters/aws/dynamo-hot-store.ts';
import { itemOf } from '../../../../shared/adapters/aws/hot-items.ts';
import type { HotWrite } from '../../../../shared/ports/hot-store.ts';
import { anEntry, anOrder } from '../../../support/trade-builders.ts';

const ddb = mockClient(DynamoDBClient);
afterEach(() => ddb.reset());

const said = { message: 'said', $metadata: {} };
const cancelled = (...codes: readonly string[]): Error =>
  new TransactionCanceledException({
    ...said,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

function storeWithPauses(): { readonly store: DynamoHotStore; readonly pauses: number[] } {
  const pauses: number[] = [];
  const store = new DynamoHotStore({
    client: new DynamoDBClient({}),
    tablePrefix: 't-',
    pause: {
      random: () => 0.999,
      sleep: async (ms) => {
        pauses.push(ms);
        await Promise.resolve();
      },
    },
  });
  return { store, pauses };
}

const owned = (market: string): HotWrite => ({
  kind: 'insert',
  table: 'ownership',
  key: market,
  value: { market, generation: 0, lastDecided: null, holder: null },
});
const planned = (key: string): HotWrite => ({
  kind: 'insert',
  table: 'orders',
  key,
  value: anOrder(anEntry({ clientOrderId: key })),
});

const tokens = (): readonly unknown[] =>
  ddb.commandCalls(TransactWriteItemsCommand).map((call) => call.args[0].input.ClientRequestToken);

describe('a transaction that the table could not take', () => {
  it.each([
    ['a rival in flight', cancelled('None', 'TransactionConflict')],
    ['a throttled action', cancelled('ThrottlingError', 'None')],
    ['no capacity for an action', cancelled('None', 'ProvisionedThroughputExceeded')],
    ['throttling', new ThrottlingException(said)],
    ['no capacity', new ProvisionedThroughputExceededException(said)],
    ['its own first try in progress', new TransactionInProgressException(said)],
    ['a lost answer', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ])('is sent again with its token after %s', async (_, error) => {
    ddb.on(TransactWriteItemsCommand).rejectsOnce(error).rejectsOnce(error).resolves({});
    const { store, pauses } = storeWithPauses();
    expect(await store.transact([owned('A'), owned('B')])).toEqual({ kind: 'committed' });
    expect(pauses).toEqual([9, 19]);
    expect(tokens()).toHaveLength(3);
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()[0]).toMatch(/^[\da-f-]{36}$/);
  });

  it('is given up after eight tries, with the table’s own error', async () => {
    ddb.on(TransactWriteItemsCommand).rejects(cancelled('TransactionConflict'));
    const { store, pauses } = storeWithPauses();
    await expect(store.transact([owned('A')])).rejects.toThrow(TransactionCanceledException);
    expect(tokens()).toHaveLength(8);
    expect(pauses).toEqual([9, 19, 39, 79, 159, 319, 639]);
  });

  it('is not sent again when its own fault is named', async () => {
    ddb.on(TransactWriteItemsCommand).rejects(cancelled('ValidationError', 'TransactionConflict'));
    const { store } = storeWithPauses();
    await expect(store.transact([owned('A'), owned('B')])).rejects.toThrow('said');
    expect(tokens()).toHaveLength(1);
  });

  it('has a token of its own each time it is asked for anew', async () => {
    ddb.on(TransactWriteItemsCommand).resolves({});
    const { store } = storeWithPauses();
    await store.transact([owned('A')]);
    await store.transact([owned('A')]);
    expect(new Set(tokens()).size).toBe(2);
  });
});

describe('a transaction whose condition failed', () => {
  it('names the caller’s first write that failed, not the action', async () => {
    // Orders take two actions each: 0-1, 2-3; the reserve is action 4, write 2.
    ddb
      .on(TransactWriteItemsCommand)
      .rejects(cancelled('None', 'None', 'None', 'None', 'ConditionalCheckFailed', 'None'));
    const { store } = storeWithPauses();
    const reserve: HotWrite = { kind: 'reserve', scope: 'account', amount: 1, initial: 1 };
    expect(await store.transact([planned('a'), planned('b'), reserve, owned('A')])).toEqual({
      kind: 'conflict',
      index: 2,
      reason: 'headroom',
    });
  });

  it('is a conflict at once although another action met a rival', async () => {
    ddb
      .on(TransactWriteItemsCommand)
      .rejects(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    const { store } = storeWithPauses();
    expect(await store.transact([owned('A'), owned('B')])).toEqual({
      kind: 'conflict',
      index: 1,
      reason: 'exists',
    });
    expect(tokens()).toHaveLength(1);
  });
});

const item = (key: string) =>
  itemOf('orders', { key, value: anOrder(anEntry({ clientOrderId: key })), version: 1 });
const index = (key: string) => ({ id: { S: key } });

describe('reads', () => {
  it('ask again for orders that were left unprocessed', async () => {
    ddb.on(ScanCommand).resolves({ Items: [index('b'), index('a')] });
    ddb
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { 't-orders': [item('b')] },
        UnprocessedKeys: { 't-orders': { Keys: [index('a')] } },
      })
      .resolves({ Responses: { 't-orders': [item('a')] } });
    const { store, pauses } = storeWithPauses();
    expect((await store.openOrders()).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(pauses).toEqual([9]);
    const second = ddb.commandCalls(BatchGetItemCommand)[1]?.args[0].input.RequestItems;
    expect(second).toEqual({ 't-orders': { Keys: [index('a')], ConsistentRead: true } });
  });

  it('end with what is undone when the table stays busy', async () => {
    ddb.on(ScanCommand).resolves({ Items: [index('a')] });
    ddb
      .on(BatchGetItemCommand)
      .resolves({ UnprocessedKeys: { 't-orders': { Keys: [index('a')] } } });
    const { store } = storeWithPauses();
    await expect(store.openOrders()).rejects.toThrow(
      'table t-orders left 1 of 1 reads undone 8 times in a row',
    );
  });

  it('follow the pages of a table and read consistently', async () => {
    ddb
      .on(ScanCommand)
      .resolvesOnce({ Items: [item('b')], LastEvaluatedKey: index('b') })
      .resolves({ Items: [item('a')] });
    const { store } = storeWithPauses();
    expect((await store.list('orders')).map(({ key }) => key)).toEqual(['a', 'b']);
    const pages = ddb.commandCalls(ScanCommand).map((call) => call.args[0].input);
    expect(pages.map(({ ExclusiveStartKey }) => ExclusiveStartKey)).toEqual([
      undefined,
      index('b'),
    ]);
    ddb.on(GetItemCommand).resolves({ Item: item('a') });
    await store.get('orders', 'a');
    const [get] = ddb.commandCalls(GetItemCommand);
    expect([...pages, get?.args[0].input].map((input) => input?.ConsistentRead)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('leave out an order that ended between the index and the read', async () => {
    const over = itemOf('orders', {
      key: 'a',
      value: anOrder(anEntry(), { state: 'expired' }),
      version: 2,
    });
    ddb.on(ScanCommand).resolves({ Items: [index('a'), index('b')] });
    ddb.on(BatchGetItemCommand).resolves({ Responses: { 't-orders': [over, item('b')] } });
    const { store } = storeWithPauses();
    expect((await store.openOrders()).map(({ key }) => key)).toEqual(['b']);
  });

  it('refuse an item that somebody else wrote', async () => {
    ddb.on(GetItemCommand).resolves({ Item: { id: { S: 'a' }, version: { N: '1' } } });
    const { store } = storeWithPauses();
    await expect(store.get('orders', 'a')).rejects.toThrow('item a has no text attribute value');
  });
});

describe('a decision', () => {
  it('is given up when others extend the chain again and again', async () => {
    ddb.on(BatchGetItemCommand).resolves({ Responses: { 't-decisions': [] } });
    ddb.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
    const pause = { random: () => 0, sleep: () => Promise.resolve() };
    const client = new DynamoDBClient({});
    const log = new DynamoDecisionLog({ client, tablePrefix: 't-', pause });
    await expect(
      log.append({
        decisionId: 'd',
        kind: 'exit',
        market: 'M',
        decidedAtMs: 1,
        versions: {},
        inputs: {},
        outcome: {},
      }),
    ).rejects.toThrow('decision d: 30 others in a row extended the chain of M');
    expect(tokens()).toHaveLength(30);
    expect(new Set(tokens()).size).toBe(30);
  });
});
