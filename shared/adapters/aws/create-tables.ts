import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  waitUntilTableExists,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import {
  TABLES,
  type TableDefinition,
  type TableName,
} from '../../contracts/environment/tables.ts';

const MAX_WAIT_S = 120;

/**
 * Makes the tables of hot state that are not there yet, on demand capacity, and waits until they take requests.
 * Throws when a table that was there is not as it must be: keyed by `id`, with a stream where one is read.
 */
export async function createTables(client: DynamoDBClient, prefix: string): Promise<void> {
  await Promise.all(TABLES.map((table) => createTable(client, prefix, table)));
}

/** The tables that are not there, in the order of the contract. */
export async function missingTables(
  client: DynamoDBClient,
  prefix: string,
): Promise<readonly TableName[]> {
  const found = await Promise.all(TABLES.map(({ name }) => describe(client, prefix + name)));
  return TABLES.flatMap(({ name }, index) => (found[index] === null ? [name] : []));
}

/** What to tell a user whose tables are not all there; null when they are. */
export function missingTablesMessage(prefix: string, missing: readonly TableName[]): string | null {
  if (missing.length === 0) return null;
  const names = missing.map((name) => prefix + name).join(', ');
  return missing.length === 1
    ? `table ${names} is not there: run \`npx fairline db-init\``
    : `tables ${names} are not there: run \`npx fairline db-init\``;
}

async function createTable(
  client: DynamoDBClient,
  prefix: string,
  { name, stream }: TableDefinition,
): Promise<void> {
  const TableName = prefix + name;
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        ...(stream
          ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }
          : {}),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: MAX_WAIT_S }, { TableName });
  const wrong = await deviation(client, TableName, stream);
  if (wrong !== null)
    throw new Error(`table ${TableName} ${wrong}; delete it or change the prefix`);
}

async function deviation(
  client: DynamoDBClient,
  TableName: string,
  stream: boolean,
): Promise<string | null> {
  const table = await describe(client, TableName);
  const keys = (table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
  if (keys.join() !== 'id') return `is keyed by ${keys.join(' and ')}, not by id`;
  const view = table?.StreamSpecification?.StreamViewType;
  // A stream that also tells the old image tells what is needed.
  const streams = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
  return stream && !streams ? 'has no stream of new images' : null;
}

async function describe(
  client: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | null> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}
