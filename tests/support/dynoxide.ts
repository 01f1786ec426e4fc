import { afterAll, beforeAll } from 'vitest';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynoxide, type Dynoxide } from '../../local/cloud/parts/dynoxide-process.ts';

/** What every local client signs with; nobody checks it. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
export const LOCAL_REGION = 'us-east-2';

export type LocalDynamo = {
  readonly endpoint: () => string;
  /** The same client for the whole file. */
  readonly client: () => DynamoDBClient;
};

/** One dynoxide in memory for a test file: started before its tests, stopped after them. */
export function withDynoxide(): LocalDynamo {
  let running: { readonly dynoxide: Dynoxide; readonly client: DynamoDBClient } | null = null;
  beforeAll(async () => {
    const dynoxide = await startDynoxide({
      dbPath: null,
      onExit: ({ lastWords }) => {
        throw new Error(`dynoxide ended during the tests: ${lastWords}`);
      },
    });
    const client = new DynamoDBClient({
      endpoint: dynoxide.endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
    running = { dynoxide, client };
  });
  afterAll(async () => {
    running?.client.destroy();
    await running?.dynoxide.stop();
    running = null;
  });
  const started = (): NonNullable<typeof running> => {
    if (running === null) throw new Error('dynoxide runs only while tests run');
    return running;
  };
  return { endpoint: () => started().dynoxide.endpoint, client: () => started().client };
}
