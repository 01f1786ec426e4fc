import { createHash, randomUUID } from 'node:crypto';
import { TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { canonicalJson } from '../../domain/decisions/canonical-json.ts';
import type { DecisionRecord } from '../../domain/decisions/decision-record.ts';
import type { ChainedDecision, DecisionLog } from '../../ports/decision-log.ts';
import { explained, failedCondition, untilAnswered } from './dynamo-errors.ts';
import { numberOf, textOf, type Item } from './hot-items.ts';
import { MACHINE_PAUSE, pauseAfter, type Pause } from './pause.ts';
import { readItems } from './read-items.ts';
import { scanTable } from './scan-table.ts';

/** What the first decision of a market is chained to. */
const CHAIN_START = '0'.repeat(64);

/** Rivals that may extend a market's chain before an append gives up: about eight seconds. */
const MAX_TRIES = 30;

const DECISION = 'decision#';
const HEAD = 'head#';

/** The end of a market's chain: the hash of its last decision, and how many there are. */
type Head = { readonly sha256: string; readonly count: number };
const NO_HEAD: Head = { sha256: CHAIN_START, count: 0 };

/**
 * Decisions in a DynamoDB table, chained by hash within each market. A decision and the head of its market's chain are
 * written in one transaction, on the condition that the head is still the one that was read, so that the chain has no
 * fork whoever appends. `record` holds the very text that is hashed.
 */
export class DynamoDecisionLog implements DecisionLog {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #pause: Pause;

  constructor({
    client,
    tablePrefix,
    pause,
  }: {
    readonly client: DynamoDBClient;
    readonly tablePrefix: string;
    readonly pause?: Pause;
  }) {
    this.#client = client;
    this.#table = `${tablePrefix}decisions`;
    this.#pause = pause ?? MACHINE_PAUSE;
  }

  async append(record: DecisionRecord): Promise<ChainedDecision> {
    const text = canonicalJson(record);
    try {
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        const { known, head } = await this.#read(record);
        if (known !== null) return known;
        const sha256 = createHash('sha256').update(head.sha256).update(text).digest('hex');
        const next = { record, previousSha256: head.sha256, sha256 };
        if (await this.#extend(head, next, text)) return next;
        await pauseAfter(attempt, this.#pause);
      }
    } catch (error) {
      throw explained(error, this.#table);
    }
    throw new Error(
      `decision ${record.decisionId}: ${MAX_TRIES} others in a row extended the chain of ${record.market}`,
    );
  }

  /**
   * Each market's decisions in the order of its chain; between markets by time of decision, then by market, as far as
   * the chains allow.
   */
  async all(): Promise<readonly ChainedDecision[]> {
    const items = await this.#decisionItems();
    const chains = Map.groupBy(items, (item) => textOf(item, 'market'));
    return mergedByTime(
      [...chains.values()].map((chain) =>
        chain
          .toSorted((a, b) => numberOf(a, 'count') - numberOf(b, 'count'))
          .map((item) => decisionOf(item)),
      ),
    );
  }

  async #decisionItems(): Promise<readonly Item[]> {
    try {
      return await scanTable(this.#client, { table: this.#table, idPrefix: DECISION });
    } catch (error) {
      throw explained(error, this.#table);
    }
  }

  async #read(
    record: DecisionRecord,
  ): Promise<{ readonly known: ChainedDecision | null; readonly head: Head }> {
    const ids = [DECISION + record.decisionId, HEAD + record.market];
    const found = await readItems(this.#client, {
      table: this.#table,
      keys: ids.map((id) => ({ id: { S: id } })),
      pause: this.#pause,
    });
    const [decision, head] = ids.map((id) => found.find((item) => textOf(item, 'id') === id));
    return {
      known: decision === undefined ? null : decisionOf(decision),
      head:
        head === undefined
          ? NO_HEAD
          : { sha256: textOf(head, 'sha256'), count: numberOf(head, 'count') },
    };
  }

  /** Whether the decision is now the head; false when another came before it. */
  async #extend(head: Head, next: ChainedDecision, text: string): Promise<boolean> {
    const { decisionId, market } = next.record;
    const count = { N: String(head.count + 1) };
    const command = {
      ClientRequestToken: randomUUID(),
      TransactItems: [
        {
          Put: {
            TableName: this.#table,
            Item: {
              id: { S: DECISION + decisionId },
              market: { S: market },
              count,
              record: { S: text },
              previousSha256: { S: next.previousSha256 },
              sha256: { S: next.sha256 },
            },
            ConditionExpression: 'attribute_not_exists(#id)',
            ExpressionAttributeNames: { '#id': 'id' },
          },
        },
        {
          Put: {
            TableName: this.#table,
            Item: { id: { S: HEAD + market }, sha256: { S: next.sha256 }, count },
            ...(head.count === 0
              ? {
                  ConditionExpression: 'attribute_not_exists(#id)',
                  ExpressionAttributeNames: { '#id': 'id' },
                }
              : {
                  ConditionExpression: '#sha256 = :previous',
                  ExpressionAttributeNames: { '#sha256': 'sha256' },
                  ExpressionAttributeValues: { ':previous': { S: head.sha256 } },
                }),
          },
        },
      ],
    };
    try {
      await untilAnswered(this.#pause, () =>
        this.#client.send(new TransactWriteItemsCommand(command)),
      );
      return true;
    } catch (error) {
      if (failedCondition(error) === null) throw error;
      return false;
    }
  }
}

function decisionOf(item: Item): ChainedDecision {
  return {
    record: JSON.parse(textOf(item, 'record')) as DecisionRecord,
    previousSha256: textOf(item, 'previousSha256'),
    sha256: textOf(item, 'sha256'),
  };
}

/** Takes again and again the earliest of the chains' next decisions; of equal times the one of the first market. */
function mergedByTime(chains: readonly (readonly ChainedDecision[])[]): readonly ChainedDecision[] {
  return chains
    .flatMap((chain) => {
      let reachedMs = -Infinity;
      return chain.map((decision, place) => {
        reachedMs = Math.max(reachedMs, decision.record.decidedAtMs);
        return { decision, reachedMs, place };
      });
    })
    .toSorted(
      (a, b) =>
        a.reachedMs - b.reachedMs ||
        byText(a.decision.record.market, b.decision.record.market) ||
        a.place - b.place,
    )
    .map(({ decision }) => decision);
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
