import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import {
  createTables,
  missingTables,
  missingTablesMessage,
} from '../../../../shared/adapters/aws/create-tables.ts';
import { TABLE_NAMES, TABLES } from '../../../../shared/contracts/environment/tables.ts';
import { withDynoxide } from '../../../support/dynoxide.ts';

const dynamo = withDynoxide();

it('makes every table of the contract, with streams where they are read', async () => {
  const client = dynamo.client();
  expect(await missingTables(client, 'made-')).toEqual(TABLE_NAMES);
  await createTables(client, 'made-');
  expect(await missingTables(client, 'made-')).toEqual([]);
  for (const { name, stream } of TABLES) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: `made-${name}` }));
    expect(Table?.KeySchema).toEqual([{ AttributeName: 'id', KeyType: 'HASH' }]);
    expect(Table?.StreamSpecification?.StreamViewType).toBe(stream ? 'NEW_IMAGE' : undefined);
  }
});

it('leaves tables that are there alone and makes those that are missing', async () => {
  const client = dynamo.client();
  await createTables(client, 'again-');
  await client.send(new DeleteTableCommand({ TableName: 'again-orders' }));
  expect(await missingTables(client, 'again-')).toEqual(['orders']);
  await createTables(client, 'again-');
  expect(await missingTables(client, 'again-')).toEqual([]);
});

it('refuses a table that was made otherwise', async () => {
  const client = dynamo.client();
  const make = (TableName: string, AttributeName: string): Promise<unknown> =>
    client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  await make('keyed-orders', 'pk');
  await expect(createTables(client, 'keyed-')).rejects.toThrow(
    'table keyed-orders is keyed by pk, not by id; delete it or change the prefix',
  );
  await make('mute-journal', 'id');
  await expect(createTables(client, 'mute-')).rejects.toThrow(
    'table mute-journal has no stream of new images',
  );
});

it('says which tables are missing and what makes them', () => {
  expect(missingTablesMessage('demo-', [])).toBeNull();
  expect(missingTablesMessage('demo-', ['orders'])).toBe(
    'table demo-orders is not there: run `npx fairline db-init`',
  );
  expect(missingTablesMessage('demo-', ['orders', 'lease'])).toBe(
    'tables demo-orders, demo-lease are not there: run `npx fairline db-init`',
  );
});
