import type { TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../contracts/environment/tables.ts';
import { isOver } from '../../domain/execution/transitions.ts';
import { invariant } from '../../domain/money/invariant.ts';
import type { HotConflict, HotWrite } from '../../ports/hot-store.ts';
import { itemKey, itemOf, PLACES } from './hot-items.ts';

type TableNamer = (table: TableName) => string;
type RowWrite = Extract<HotWrite, { kind: 'insert' | 'replace' | 'remove' | 'unchanged' }>;
type RoomWrite = Extract<HotWrite, { kind: 'reserve' | 'release' | 'move_cap' }>;

/**
 * The actions of one write, the one with its condition first. An order's write also keeps the index of open orders,
 * so it is two; the second has no condition.
 */
export function actionsOf(write: HotWrite, nameOf: TableNamer): readonly TransactWriteItem[] {
  switch (write.kind) {
    case 'insert':
    case 'replace':
    case 'remove':
    case 'unchanged':
      return [rowAction(write, nameOf), ...openOrdersActions(write, nameOf)];
    case 'lease_beyond':
      return [
        {
          ConditionCheck: {
            TableName: nameOf('lease'),
            Key: itemKey('lease', write.key),
            ConditionExpression: '#expires > :at',
            ExpressionAttributeNames: { '#expires': 'expiresAtMs' },
            ExpressionAttributeValues: { ':at': { N: String(write.atMs) } },
          },
        },
      ];
    case 'reserve':
    case 'release':
    case 'move_cap':
      return [{ Update: roomUpdate(write, nameOf('headroom')) }];
  }
}

/** Why a write is refused when its condition fails. A release has none. */
export function conflictReason(write: HotWrite): HotConflict['reason'] {
  switch (write.kind) {
    case 'insert':
      return 'exists';
    case 'replace':
    case 'remove':
    case 'unchanged':
      return 'version';
    case 'lease_beyond':
      return 'lease';
    case 'reserve':
    case 'release':
      return 'headroom';
    case 'move_cap':
      return 'cap';
  }
}

function rowAction(write: RowWrite, nameOf: TableNamer): TransactWriteItem {
  const TableName = nameOf(PLACES[write.table].table);
  if (write.kind === 'insert')
    return {
      Put: {
        TableName,
        Item: itemOf(write.table, { key: write.key, value: write.value, version: 1 }),
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': 'id' },
      },
    };
  const condition = {
    TableName,
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': { N: String(write.version) } },
  };
  if (write.kind === 'replace') {
    const row = { key: write.key, value: write.value, version: write.version + 1 };
    return { Put: { ...condition, Item: itemOf(write.table, row) } };
  }
  const keyed = { ...condition, Key: itemKey(write.table, write.key) };
  return write.kind === 'remove' ? { Delete: keyed } : { ConditionCheck: keyed };
}

function openOrdersActions(write: RowWrite, nameOf: TableNamer): readonly TransactWriteItem[] {
  if (write.table !== 'orders' || write.kind === 'unchanged') return [];
  const TableName = nameOf('open-orders');
  const Key = itemKey('orders', write.key);
  if (write.kind !== 'remove' && !isOver(write.value)) return [{ Put: { TableName, Item: Key } }];
  // An order that is over from the start was never in the index.
  return write.kind === 'insert' ? [] : [{ Delete: { TableName, Key } }];
}

/**
 * Arithmetic on a scope's room. Conditions cannot compare two constants, so whether a scope never seen has enough is
 * decided here, by its initial room.
 */
function roomUpdate(write: RoomWrite, TableName: string): Update {
  const common = {
    TableName,
    Key: { id: { S: write.scope } },
    ExpressionAttributeNames: { '#room': 'room', '#cap': 'cap' },
  };
  if (write.kind === 'move_cap')
    return {
      ...common,
      UpdateExpression: 'SET #room = if_not_exists(#room, :from) + :by, #cap = :to',
      ConditionExpression: '#cap = :from',
      ExpressionAttributeValues: {
        ':from': amount(write.from),
        ':to': amount(write.to),
        ':by': amount(write.to - write.from),
      },
    };
  const sign = write.kind === 'reserve' ? '-' : '+';
  const update = {
    ...common,
    UpdateExpression: `SET #room = if_not_exists(#room, :initial) ${sign} :amount, #cap = if_not_exists(#cap, :initial)`,
    ExpressionAttributeValues: {
      ':initial': amount(write.initial),
      ':amount': amount(write.amount),
    },
  };
  if (write.kind === 'release') return update;
  const enough = '#room >= :amount';
  return {
    ...update,
    ConditionExpression:
      write.initial >= write.amount ? `attribute_not_exists(#room) OR ${enough}` : enough,
  };
}

/** The table adds up in decimal; only whole numbers come out as they would here. */
function amount(value: number): { N: string } {
  invariant(Number.isSafeInteger(value), `headroom is counted in whole units, not ${value}`);
  return { N: String(value) };
}
