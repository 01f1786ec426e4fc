import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTables } from '../../shared/adapters/aws/create-tables.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { OrderState } from '../../shared/domain/execution/order.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import type { HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import type { HotCommit, HotStore, HotWrite } from '../../shared/ports/hot-store.ts';
import { withDynoxide } from '../support/dynoxide.ts';
import { runs } from '../support/property-settings.ts';
import { anEntry, anOrder } from '../support/trade-builders.ts';

const key = fc.constantFrom('a', 'b', 'ü#');
const version = fc.integer({ min: 1, max: 3 });
const scope = fc.constantFrom<HeadroomKey>('account', 'slots', 'event:E');
const amount = fc.integer({ min: -40, max: 120 });
const initial = fc.constantFrom(0, 60, 100);
const STATES: readonly OrderState[] = ['planned', 'resting', 'filled', 'rejected', 'expired'];

type RowValue = Pick<Extract<HotWrite, { kind: 'insert' }>, 'table' | 'value'>;

/** A row of one of the kinds of tables: its own with an index, its own, with an attribute, shared. */
const row: fc.Arbitrary<RowValue> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...STATES), fc.constantFrom(0, 1_000))
    .map(([state, filled]): RowValue => ({
      table: 'orders',
      value: anOrder(anEntry(), { state, exchangeFilled: contracts(filled) }),
    })),
  fc.nat(5).map((generation): RowValue => ({
    table: 'ownership',
    value: { market: 'M', generation, lastDecided: null, holder: null },
  })),
  fc.nat(9).map((expiresAtMs): RowValue => ({
    table: 'lease',
    value: { holder: 'feeder', epoch: 1, expiresAtMs },
  })),
  fc
    .tuple(
      fc.constantFrom('suspicions' as const),
      fc.string(),
      fc.double({ noNaN: true, max: 1e9, min: -1e9 }),
    )
    .map(([table, what, firstSeenMs]): RowValue => ({
      table,
      value: { what, firstSeenMs: firstSeenMs === 0 ? 0 : firstSeenMs },
    })),
);

const write: fc.Arbitrary<HotWrite> = fc.oneof(
  { weight: 3, arbitrary: insertOrReplace('insert') },
  { weight: 3, arbitrary: insertOrReplace('replace') },
  fc.record({
    kind: fc.constantFrom('remove' as const, 'unchanged' as const),
    table: fc.constantFrom('orders' as const, 'ownership' as const, 'suspicions' as const),
    key,
    version,
  }),
  fc.record({ kind: fc.constant('lease_beyond' as const), key, atMs: fc.nat(9) }),
  fc.record({
    kind: fc.constantFrom('reserve' as const, 'release' as const),
    scope,
    amount,
    initial,
  }),
  fc.record({ kind: fc.constant('move_cap' as const), scope, from: initial, to: initial }),
);

function insertOrReplace(kind: 'insert' | 'replace'): fc.Arbitrary<HotWrite> {
  return fc
    .tuple(row, key, version)
    .map(([value, rowKey, at]) => ({ kind, ...value, key: rowKey, version: at }) as HotWrite);
}

/** Mostly short ones, so that many succeed. */
const transaction = fc.uniqueArray(write, {
  minLength: 1,
  maxLength: 4,
  selector: (drawn) => {
    if ('scope' in drawn) return drawn.scope;
    return `${'table' in drawn ? drawn.table : 'lease'}/${drawn.key}`;
  },
});

async function everything(store: HotStore): Promise<unknown> {
  return {
    orders: await store.list('orders'),
    open: await store.openOrders(),
    ownership: await store.list('ownership'),
    lease: await store.list('lease'),
    suspicions: await store.list('suspicions'),
    one: await store.get('orders', 'a'),
    room: [await store.headroom('account'), await store.headroom('slots')],
    caps: new Map(await store.caps()),
  };
}

const outcomeOf = (commit: HotCommit): string =>
  commit.kind === 'committed' ? commit.kind : commit.reason;

describe('DynamoDB hot store', () => {
  const dynamo = withDynoxide();
  let stores = 0;
  const seen = new Set<string>();

  it('answers every sequence of transactions as the memory store does, and holds the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 25 }), async (steps) => {
        const tablePrefix = `p${(stores += 1)}-`;
        await createTables(dynamo.client(), tablePrefix);
        const real = new DynamoHotStore({ client: dynamo.client(), tablePrefix });
        const model = new MemoryHotStore();
        for (const writes of steps) {
          const expected = await model.transact(writes);
          expect(await real.transact(writes)).toEqual(expected);
          seen.add(outcomeOf(expected));
        }
        expect(await everything(real)).toEqual(await everything(model));
      }),
      runs(40),
    );
    expect([...seen].toSorted()).toEqual([
      'cap',
      'committed',
      'exists',
      'headroom',
      'lease',
      'version',
    ]);
  });
});
