import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from './hot-items.ts';
import { chunked, pauseAfter, type Pause } from './pause.ts';

/** DynamoDB's bound of one batch. */
const MAX_KEYS = 100;
const MAX_TRIES = 8;

export type ItemsWanted = {
  readonly table: string;
  readonly keys: readonly Item[];
  readonly pause: Pause;
};

/**
 * The items of a table that are there, strongly consistent one by one, in no order. What the table leaves unprocessed
 * when it is busy is asked for again, a bounded number of times; then this throws.
 */
export async function readItems(
  client: DynamoDBClient,
  { table, keys, pause }: ItemsWanted,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const batch of chunked(keys, MAX_KEYS))
    items.push(...(await readBatch(client, { table, keys: batch, pause })));
  return items;
}

async function readBatch(
  client: DynamoDBClient,
  { table, keys, pause }: ItemsWanted,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let wanted = [...keys];
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const answer = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } },
      }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (wanted.length === 0) return items;
    if (attempt + 1 < MAX_TRIES) await pauseAfter(attempt, pause);
  }
  throw new Error(
    `table ${table} left ${wanted.length} of ${keys.length} reads undone ${MAX_TRIES} times in a row`,
  );
}
