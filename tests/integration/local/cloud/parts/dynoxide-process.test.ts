import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDynoxide } from '../../../../../local/cloud/parts/dynoxide-process.ts';
import type { ProcessExit } from '../../../../../local/cloud/parts/guarded-process.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../support/dynoxide.ts';
import { isGoneWithin, startParent } from '../../../../support/parent-process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairline-dynoxide-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MODULE = new URL('../../../../../local/cloud/parts/dynoxide-process.ts', import.meta.url);
const TableName = 'orders';

async function withClient<T>(
  endpoint: string,
  work: (client: DynamoDBClient) => Promise<T>,
): Promise<T> {
  const client = new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

async function putOrder(endpoint: string): Promise<void> {
  await withClient(endpoint, async (client) => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'order-1' } } }));
  });
}

async function hasOrder(endpoint: string): Promise<boolean> {
  const get = new GetItemCommand({ TableName, Key: { id: { S: 'order-1' } } });
  return withClient(endpoint, async (client) => (await client.send(get)).Item !== undefined);
}

const unexpected = (exit: ProcessExit): void => {
  throw new Error(`dynoxide ended: ${exit.lastWords}`);
};

describe('dynoxide', () => {
  it('keeps its tables in its file over a stop and a start', async () => {
    const dbPath = join(folder, 'kept.db');
    const first = await startDynoxide({ dbPath, onExit: unexpected });
    await putOrder(first.endpoint);
    await first.stop();
    expect(await isGoneWithin(first.pid ?? 0, 100)).toBe(true);
    const second = await startDynoxide({ dbPath, onExit: unexpected });
    expect(await hasOrder(second.endpoint)).toBe(true);
    await Promise.all([second.stop(), second.stop()]);
  });

  it('ends when its parent is killed, and what was written is there for the next one', async () => {
    const dbPath = join(folder, 'killed.db');
    const parent = await startParent(`
      import { startDynoxide } from ${JSON.stringify(MODULE.href)};
      const { endpoint, pid } = await startDynoxide({ dbPath: ${JSON.stringify(dbPath)}, onExit: () => {} });
      console.log(JSON.stringify({ endpoint, pid }));
      setInterval(() => {}, 1000);
    `);
    const { endpoint, pid } = toldBy(parent.told);
    await putOrder(endpoint);
    await parent.kill();
    expect(await isGoneWithin(pid, 5_000)).toBe(true);
    const next = await startDynoxide({ dbPath, onExit: unexpected });
    expect(await hasOrder(next.endpoint)).toBe(true);
    await next.stop();
  });

  it('that is killed itself is told of', async () => {
    const onExit = vi.fn<(exit: ProcessExit) => void>();
    const dynoxide = await startDynoxide({ dbPath: null, onExit });
    process.kill(dynoxide.pid ?? 0, 'SIGKILL');
    await expect.poll(() => onExit.mock.calls.length, { timeout: 5_000 }).toBe(1);
    await dynoxide.stop();
    expect(onExit).toHaveBeenCalledTimes(1);
  });

  it('that cannot open its file says why', async () => {
    const dbPath = join(folder, 'nowhere', 'at', 'all.db');
    await expect(startDynoxide({ dbPath, onExit: unexpected })).rejects.toThrow(
      /dynoxide ended while it started.*unable to open database file/s,
    );
  });

  it('is not started when the environment names another DynamoDB', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:8000');
    try {
      const { endpoint, pid } = await startDynoxide({ dbPath: null, onExit: unexpected });
      expect([endpoint, pid]).toEqual(['http://127.0.0.1:8000', null]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

function toldBy(told: unknown): { readonly endpoint: string; readonly pid: number } {
  if (typeof told !== 'object' || told === null || !('endpoint' in told) || !('pid' in told))
    throw new Error('the parent told no endpoint');
  return { endpoint: String(told.endpoint), pid: Number(told.pid) };
}
