import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type DynamoDBClient,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../contracts/environment/tables.ts';
import {
  drained,
  FULL_BUCKET,
  takeTokens,
  type TokenBucket,
} from '../../domain/rate/token-bucket.ts';
import type { TokenAsk, TokenBudget, TokenGrant } from '../../ports/token-budget.ts';
import { explained } from './dynamo-errors.ts';
import { numberOf, type Item } from './hot-items.ts';

const TABLE: TableName = 'rate-limits';
/** A try is repeated only when another process took from the bucket in between. */
const MAX_TRIES = 8;
const US_PER_MS = 1_000;

export type DynamoTokenBudgetOptions = {
  readonly client: DynamoDBClient;
  readonly tablePrefix: string;
  /** Whose buckets: the exchange counts by account, not by process. */
  readonly account: string;
};

/**
 * One item a bucket: when it is full again, in microseconds. Taking adds to that number under the condition that the sum
 * stays within the bucket, so rivals do not make each other fail while there are tokens. A number that was seen is a
 * lower bound of what stands there, since others only add: when it leaves no room, nobody is asked.
 */
export class DynamoTokenBudget implements TokenBudget {
  readonly #options: DynamoTokenBudgetOptions;
  readonly #seen = new Map<string, TokenBucket>();

  constructor(options: DynamoTokenBudgetOptions) {
    this.#options = options;
  }

  async take(ask: TokenAsk): Promise<TokenGrant> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const seen = this.#seen.get(ask.bucket) ?? FULL_BUCKET;
      const taken = takeTokens(seen, ask);
      if (taken.kind !== 'granted') return taken;
      const written = await this.#write(ask.bucket, taking(seen, taken.bucket, ask));
      if (written) return { kind: 'granted', tokens: taken.tokens };
    }
    // Others were faster each time: as if there were nothing.
    return { kind: 'wait', untilMs: ask.nowMs + 1 };
  }

  async drain({ bucket, limit, nowMs }: Parameters<TokenBudget['drain']>[0]): Promise<void> {
    const { fullAtUs } = drained(this.#seen.get(bucket) ?? FULL_BUCKET, limit, nowMs);
    await this.#write(bucket, {
      UpdateExpression: 'SET fullAtUs = :next',
      ConditionExpression: 'attribute_not_exists(fullAtUs) OR fullAtUs < :next',
      ExpressionAttributeValues: { ':next': { N: String(fullAtUs) } },
    });
  }

  /** Whether the write took place; either way what stands there now is known. */
  async #write(bucket: string, update: Update): Promise<boolean> {
    const { client, tablePrefix, account } = this.#options;
    const TableName = tablePrefix + TABLE;
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          ...update,
          TableName,
          Key: { id: { S: `${account}#${bucket}` } },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      this.#see(bucket, Attributes);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw explained(error, TableName);
      this.#see(bucket, error.Item);
      return false;
    }
  }

  #see(bucket: string, item: Item | undefined): void {
    if (item === undefined) this.#seen.delete(bucket);
    else this.#seen.set(bucket, { fullAtUs: numberOf(item, 'fullAtUs') });
  }
}

type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
>;

/**
 * From a bucket that was full: its new time, if it still is full. From one that was not: what is spent is added to
 * whatever stands there by then, as long as the sum is no later than a bucket with `keep` left in it allows.
 */
function taking(seen: TokenBucket, next: TokenBucket, ask: TokenAsk): Update {
  const nowUs = ask.nowMs * US_PER_MS;
  if (seen.fullAtUs <= nowUs)
    return {
      UpdateExpression: 'SET fullAtUs = :next',
      ConditionExpression: 'attribute_not_exists(fullAtUs) OR fullAtUs <= :now',
      ExpressionAttributeValues: { ':next': number(next.fullAtUs), ':now': number(nowUs) },
    };
  const spentUs = next.fullAtUs - seen.fullAtUs;
  return spentUs > 0 && spentUs <= latestUs(ask)
    ? {
        UpdateExpression: 'SET fullAtUs = fullAtUs + :spent',
        ConditionExpression: 'fullAtUs BETWEEN :now AND :latest',
        ExpressionAttributeValues: {
          ':spent': number(spentUs),
          ':now': number(nowUs),
          ':latest': number(nowUs + latestUs(ask) - spentUs),
        },
      }
    : // A bucket whose time no spending explains starts anew, and only from what was seen.
      {
        UpdateExpression: 'SET fullAtUs = :next',
        ConditionExpression: 'fullAtUs = :seen',
        ExpressionAttributeValues: {
          ':next': number(next.fullAtUs),
          ':seen': number(seen.fullAtUs),
        },
      };
}

/** A number as the table takes it. */
function number(value: number): { readonly N: string } {
  return { N: String(value) };
}

/** How far ahead of now a bucket may be after a taking that leaves `keep`. */
function latestUs({ limit, keep }: TokenAsk): number {
  const us = (tokens: number) => (tokens * US_PER_MS) / limit.refillPerMs;
  return Math.floor(us(limit.room)) - Math.ceil(us(keep));
}
