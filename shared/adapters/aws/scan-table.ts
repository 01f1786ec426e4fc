import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from './hot-items.ts';

/** Pages of 1 MB: what needs more is no hot table. */
const MAX_PAGES = 1_000;

/** All items of a table, strongly consistent page by page; `idPrefix` narrows them. In no order. */
export async function scanTable(
  client: DynamoDBClient,
  { table, idPrefix = '' }: { readonly table: string; readonly idPrefix?: string },
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ...(idPrefix === ''
          ? {}
          : {
              FilterExpression: 'begins_with(#id, :prefix)',
              ExpressionAttributeNames: { '#id': 'id' },
              ExpressionAttributeValues: { ':prefix': { S: idPrefix } },
            }),
      }),
    );
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
    if (start === undefined) return items;
  }
  throw new Error(`table ${table} holds more than ${MAX_PAGES} pages; it is not read as a whole`);
}
