import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../../functions/watchdog/compose.ts';
import { arnOf } from '../../../local/cloud/cloud-names.ts';
import { createTables } from '../../../shared/adapters/aws/create-tables.ts';
import { DynamoHotStore } from '../../../shared/adapters/aws/dynamo-hot-store.ts';
import { withCloudServer } from '../../support/cloud-server.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, withDynoxide } from '../../support/dynoxide.ts';
import { COMPLETE_ENVIRONMENT } from '../../support/function-environment.ts';

const dynamo = withDynoxide();
const local = withCloudServer({ wiring: { topics: ['alerts'] } });
afterEach(() => vi.unstubAllEnvs());

describe('a table that is deleted under a running account', () => {
  it('is named by whatever asks for it, with what to do, and is asked again once it is there', async () => {
    const store = new DynamoHotStore({ client: dynamo.client(), tablePrefix: 'gone-' });
    await createTables(dynamo.client(), 'gone-');
    for (const table of ['lease', 'open-orders', 'headroom'])
      await dynamo.client().send(new DeleteTableCommand({ TableName: `gone-${table}` }));
    const lease = { holder: 'feeder', epoch: 1, expiresAtMs: 5 };
    const asked = [
      () => store.get('lease', 'feeder'),
      () => store.list('lease'),
      () => store.openOrders(),
      () => store.headroom('account'),
      () => store.transact([{ kind: 'insert', table: 'lease', key: 'feeder', value: lease }]),
    ];
    for (const ask of asked) {
      const error: unknown = await ask().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'TableMissing' });
      expect(String(error)).toMatch(/table gone-\S+ is not there: run `npx fairline db-init`$/);
    }
    await createTables(dynamo.client(), 'gone-');
    for (const ask of asked) await expect(ask()).resolves.toBeDefined();
  });

  it('is in the log of a deployed function that meets it, which works again once it is there', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', local.server().endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint());
    vi.stubEnv('AWS_REGION', LOCAL_REGION);
    vi.stubEnv('AWS_ACCESS_KEY_ID', LOCAL_CREDENTIALS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', LOCAL_CREDENTIALS.secretAccessKey);
    await createTables(dynamo.client(), 'fn-');
    const lines: string[] = [];
    const watchdog = compose(
      {
        ...COMPLETE_ENVIRONMENT,
        TABLE_PREFIX: 'fn-',
        ALERTS_TOPIC_ARN: arnOf('topic', 'alerts'),
      },
      { write: (line) => lines.push(line) },
    );
    await dynamo.client().send(new DeleteTableCommand({ TableName: 'fn-lease' }));
    await expect(watchdog({})).rejects.toThrow('table fn-lease is not there');
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: 'invocation_failed',
        service: 'watchdog',
        fields: {
          error: 'TableMissing',
          message: 'table fn-lease is not there: run `npx fairline db-init`',
        },
      }),
    );
    await createTables(dynamo.client(), 'fn-');
    await watchdog({});
    expect(local.cloud().topics.published).toContainEqual(
      expect.objectContaining({ topic: 'alerts', subject: 'Fairline: feeder_never_ran' }),
    );
  });
});
