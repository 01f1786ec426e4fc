import { randomUUID } from 'node:crypto';
import {
  GetItemCommand,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../contracts/environment/tables.ts';
import type { Order } from '../../domain/execution/order.ts';
import { isOver } from '../../domain/execution/transitions.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { HeadroomKey } from '../../domain/risk/headroom.ts';
import type {
  HotCommit,
  HotStore,
  HotTable,
  HotTables,
  HotWrite,
  Row,
} from '../../ports/hot-store.ts';
import { explained, failedCondition, untilAnswered } from './dynamo-errors.ts';
import { actionsOf, conflictReason } from './hot-actions.ts';
import { itemKey, numberOf, PLACES, rowOf, textOf, type Item } from './hot-items.ts';
import { MACHINE_PAUSE, type Pause } from './pause.ts';
import { readItems } from './read-items.ts';
import { scanTable } from './scan-table.ts';

/** DynamoDB's bound of one transaction. */
const MAX_ACTIONS = 100;

export type DynamoHotStoreOptions = {
  readonly client: DynamoDBClient;
  readonly tablePrefix: string;
  readonly pause?: Pause;
  /** Makes the token that makes one transaction idempotent. */
  readonly newToken?: () => string;
};

/**
 * Hot state in DynamoDB tables. A transaction holds a hundred writes as the port says, but writing an order counts as
 * two of them, because of the index of open orders. Failures of the world are thrown after bounded retries.
 */
export class DynamoHotStore implements HotStore {
  readonly #client: DynamoDBClient;
  readonly #prefix: string;
  readonly #pause: Pause;
  readonly #newToken: () => string;

  constructor({ client, tablePrefix, pause, newToken }: DynamoHotStoreOptions) {
    this.#client = client;
    this.#prefix = tablePrefix;
    this.#pause = pause ?? MACHINE_PAUSE;
    this.#newToken = newToken ?? randomUUID;
  }

  async get<T extends HotTable>(table: T, key: string): Promise<Row<HotTables[T]> | null> {
    const item = await this.#item(PLACES[table].table, itemKey(table, key));
    return item === null ? null : rowOf(table, item);
  }

  async list<T extends Exclude<HotTable, 'journal'>>(
    table: T,
  ): Promise<readonly Row<HotTables[T]>[]> {
    const place = PLACES[table];
    const items = await this.#scan(place.table, place.keyPrefix);
    return inKeyOrder(items.map((item) => rowOf(table, item)));
  }

  async openOrders(): Promise<readonly Row<Order>[]> {
    const keys = (await this.#scan('open-orders')).map((item) => ({
      id: { S: textOf(item, 'id') },
    }));
    const items = await readItems(this.#client, {
      table: `${this.#prefix}orders`,
      keys,
      pause: this.#pause,
    });
    const rows = items.map((item) => rowOf('orders', item));
    // One that ended between the two reads is not open.
    return inKeyOrder(rows.filter(({ value }) => !isOver(value)));
  }

  async headroom(scope: HeadroomKey): Promise<number | null> {
    const item = await this.#item('headroom', { id: { S: scope } });
    return item === null ? null : numberOf(item, 'room');
  }

  async caps(): Promise<ReadonlyMap<HeadroomKey, number>> {
    const items = await this.#scan('headroom');
    return new Map(items.map((item) => [textOf(item, 'id') as HeadroomKey, numberOf(item, 'cap')]));
  }

  async transact(writes: readonly HotWrite[]): Promise<HotCommit> {
    invariant(writes.length > 0, 'a transaction holds at least one write');
    invariant(
      new Set(writes.map(targetOf)).size === writes.length,
      'a transaction touches each row once',
    );
    const planned = writes.flatMap((write, index) =>
      actionsOf(write, (table) => this.#prefix + table).map((action) => ({ action, index })),
    );
    invariant(
      planned.length <= MAX_ACTIONS,
      `a transaction holds 1 to ${MAX_ACTIONS} writes, orders counted twice, not ${planned.length}`,
    );
    try {
      await this.#commit(planned.map(({ action }) => action));
      return { kind: 'committed' };
    } catch (error) {
      const failed = failedCondition(error);
      const index = failed === null ? undefined : planned[failed]?.index;
      const write = index === undefined ? undefined : writes[index];
      if (index === undefined || write === undefined) throw explained(error, `${this.#prefix}*`);
      return { kind: 'conflict', index, reason: conflictReason(write) };
    }
  }

  async #commit(actions: TransactWriteItem[]): Promise<void> {
    const ClientRequestToken = this.#newToken();
    await untilAnswered(this.#pause, () =>
      this.#client.send(
        new TransactWriteItemsCommand({ TransactItems: actions, ClientRequestToken }),
      ),
    );
  }

  async #item(table: TableName, Key: Item): Promise<Item | null> {
    const TableName = this.#prefix + table;
    try {
      const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
      return (await this.#client.send(command)).Item ?? null;
    } catch (error) {
      throw explained(error, TableName);
    }
  }

  async #scan(table: TableName, idPrefix = ''): Promise<readonly Item[]> {
    const name = this.#prefix + table;
    try {
      return await scanTable(this.#client, { table: name, idPrefix });
    } catch (error) {
      throw explained(error, name);
    }
  }
}

function inKeyOrder<T>(rows: readonly Row<T>[]): readonly Row<T>[] {
  return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function targetOf(write: HotWrite): string {
  switch (write.kind) {
    case 'lease_beyond':
      return `lease/${write.key}`;
    case 'reserve':
    case 'release':
    case 'move_cap':
      return `headroom/${write.scope}`;
    case 'insert':
    case 'replace':
    case 'remove':
    case 'unchanged':
      return `${write.table}/${write.key}`;
  }
}
