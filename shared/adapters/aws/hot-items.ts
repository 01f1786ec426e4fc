import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../contracts/environment/tables.ts';
import type { HotTable, HotTables, Lease, Row } from '../../ports/hot-store.ts';
import { plainJson } from './plain-json.ts';

export type Item = Record<string, AttributeValue>;

/** Where the rows of a hot table lie: what is few shares a table, told apart by what stands before the key. */
export const PLACES: Readonly<
  Record<HotTable, { readonly table: TableName; readonly keyPrefix: string }>
> = {
  journal: { table: 'journal', keyPrefix: '' },
  orders: { table: 'orders', keyPrefix: '' },
  positions: { table: 'positions', keyPrefix: '' },
  ownership: { table: 'ownership', keyPrefix: '' },
  fills: { table: 'fills', keyPrefix: '' },
  settlements: { table: 'settlements', keyPrefix: '' },
  lease: { table: 'lease', keyPrefix: '' },
  causes: { table: 'trading-state', keyPrefix: 'causes#' },
  account: { table: 'trading-state', keyPrefix: 'account#' },
  suspicions: { table: 'trading-state', keyPrefix: 'suspicions#' },
  fuses: { table: 'trading-state', keyPrefix: 'fuses#' },
};

export function itemKey(table: HotTable, key: string): Item {
  return { id: { S: PLACES[table].keyPrefix + key } };
}

/**
 * A row as an item: the value as JSON text in `value`, beside it what conditions compare with (`version`, a lease's
 * `expiresAtMs`) and, for filters of the stream, a journal entry's `kind`.
 */
export function itemOf(table: HotTable, row: Row<HotTables[HotTable]>): Item {
  return {
    ...itemKey(table, row.key),
    version: { N: String(row.version) },
    value: { S: plainJson(row.value) },
    ...(table === 'lease' ? { expiresAtMs: { N: String((row.value as Lease).expiresAtMs) } } : {}),
    ...(table === 'journal' ? { kind: { S: (row.value as HotTables['journal']).kind } } : {}),
  };
}

/** The row that {@link itemOf} was given. An item without its attributes was written by somebody else: throws. */
export function rowOf<T extends HotTable>(table: T, item: Item): Row<HotTables[T]> {
  return {
    key: textOf(item, 'id').slice(PLACES[table].keyPrefix.length),
    value: JSON.parse(textOf(item, 'value')) as HotTables[T],
    version: numberOf(item, 'version'),
  };
}

export function textOf(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw new Error(`${nameOf(item)} has no text attribute ${name}`);
  return text;
}

export function numberOf(item: Item, name: string): number {
  const number = item[name]?.N;
  if (number === undefined) throw new Error(`${nameOf(item)} has no number attribute ${name}`);
  return Number(number);
}

function nameOf(item: Item): string {
  return `item ${item['id']?.S ?? '(without id)'}`;
}
