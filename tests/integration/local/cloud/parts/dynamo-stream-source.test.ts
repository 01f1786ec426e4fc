import {
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DynamoStreamSource,
  type StreamCheckpoint,
  type StreamCheckpoints,
} from '../../../../../local/cloud/parts/dynamo-stream-source.ts';
import type { StreamRecord } from '../../../../../local/cloud/stream-source.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, withDynoxide } from '../../../../support/dynoxide.ts';

const dynoxide = withDynoxide();
/** dynoxide keeps the records of a table that was deleted for the next one of its name: each test has its own tables. */
let table = '';
let other = '';
let tests = 0;

let streams: DynamoDBStreamsClient;
beforeAll(() => {
  streams = new DynamoDBStreamsClient({
    endpoint: dynoxide.endpoint(),
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(() => streams.destroy());

beforeEach(async () => {
  tests += 1;
  table = `journal-${tests}`;
  other = `orders-${tests}`;
  for (const TableName of [table, other]) {
    await dynoxide.client().send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  }
});

async function put(
  id: string,
  more: Record<string, AttributeValue> = {},
  into = table,
): Promise<void> {
  await dynoxide
    .client()
    .send(new PutItemCommand({ TableName: into, Item: { id: { S: id }, ...more } }));
}

class MemoryCheckpoints implements StreamCheckpoints {
  saved: StreamCheckpoint | null = null;

  load(): Promise<StreamCheckpoint | null> {
    return Promise.resolve(this.saved);
  }

  save(checkpoint: StreamCheckpoint): Promise<void> {
    this.saved = checkpoint;
    return Promise.resolve();
  }
}

function open(checkpoints: StreamCheckpoints = new MemoryCheckpoints()): DynamoStreamSource {
  return new DynamoStreamSource({ client: streams, table, checkpoints });
}

const idsOf = (records: readonly StreamRecord[]): unknown[] =>
  records.map(({ keys }) => keys['id']?.S);

/** Reads as a mapping does: from nothing, then behind the last record, until there is no more. */
async function readAll(source: DynamoStreamSource, limit: number): Promise<unknown[]> {
  const ids: unknown[] = [];
  let after: string | null = null;
  for (;;) {
    const records: readonly StreamRecord[] = await source.read(after, limit);
    if (records.length === 0) return ids;
    ids.push(...idsOf(records));
    after = records.at(-1)?.sequence ?? after;
  }
}

describe("a table's stream", () => {
  it('tells what happened to each item, in order, and of no other table', async () => {
    const bytes = { raw: { B: new Uint8Array([1, 2]) }, deep: { M: { l: { L: [{ N: '1' }] } } } };
    await put('a', bytes);
    await put('b', {}, other);
    await put('a', { n: { N: '2' } });
    await dynoxide
      .client()
      .send(new DeleteItemCommand({ TableName: table, Key: { id: { S: 'a' } } }));
    const records = await open().read(null, 10);
    const first = { id: { S: 'a' }, raw: { B: 'AQI=' }, deep: { M: { l: { L: [{ N: '1' }] } } } };
    const second = { id: { S: 'a' }, n: { N: '2' } };
    expect(records).toMatchObject([
      { change: 'INSERT', newImage: first, oldImage: null },
      { change: 'MODIFY', newImage: second, oldImage: first },
      { change: 'REMOVE', newImage: null, oldImage: second },
    ]);
    for (const { atMs } of records) expect(Math.abs(atMs - Date.now())).toBeLessThan(5_000);
  });

  it('is read in pieces, past the tenth record, and again from any place', async () => {
    const ids = Array.from({ length: 23 }, (_, index) => `item-${index}`);
    for (const id of ids) await put(id);
    const source = open();
    expect(await readAll(source, 4)).toEqual(ids);
    const all = await open().read(null, 100);
    const third = all[2]?.sequence ?? null;
    expect(idsOf(await source.read(third, 2))).toEqual(ids.slice(3, 5));
  });

  it('goes on as soon as there is more', async () => {
    const source = open();
    expect(await source.read(null, 10)).toEqual([]);
    await put('late');
    expect(idsOf(await source.read(null, 10))).toEqual(['late']);
  });

  it('is read on by the next process behind what the last one had handled, not behind what it had read', async () => {
    const checkpoints = new MemoryCheckpoints();
    for (const id of ['a', 'b', 'c']) await put(id);
    const source = open(checkpoints);
    const [a] = await source.read(null, 1);
    // Asking for what is behind `a` says that `a` was handled; of `b` nobody knows yet.
    await source.read(a?.sequence ?? null, 1);
    expect(checkpoints.saved?.sequence).toBe(a?.sequence);
    expect(idsOf(await open(checkpoints).read(null, 10))).toEqual(['b', 'c']);
  });

  it('begins again when the table was made anew', async () => {
    const checkpoints = new MemoryCheckpoints();
    checkpoints.saved = { stream: 'arn:of:an:earlier:table', sequence: '1000' };
    await put('a');
    expect(idsOf(await open(checkpoints).read(null, 10))).toEqual(['a']);
  });

  it('that is not there is named', async () => {
    const source = new DynamoStreamSource({
      client: streams,
      table: 'nowhere',
      checkpoints: new MemoryCheckpoints(),
    });
    await expect(source.read(null, 1)).rejects.toThrow(/nowhere has no stream/);
  });
});
