import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTables } from '../../shared/adapters/aws/create-tables.ts';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import type { OrderState } from '../../shared/domain/execution/order.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import type { HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import type { HotStore, HotWrite } from '../../shared/ports/hot-store.ts';
import { withDynoxide } from '../support/dynoxide.ts';
import { runs } from '../support/property-settings.ts';
import { anEntry, anOrder } from '../support/trade-builders.ts';

type RowValue = Pick<Extract<HotWrite, { kind: 'insert' }>, 'table' | 'value'>;

/** A write as drawn: `asRead` ones carry what the store holds when their turn comes, the others something else. */
type Draft = { readonly asRead: boolean; readonly key: string } & (
  | ({ readonly kind: 'put' } & RowValue)
  | { readonly kind: 'remove' | 'unchanged'; readonly table: 'orders' | 'ownership' | 'suspicions' }
  | { readonly kind: 'lease_beyond'; readonly atMs: number }
  | {
      readonly kind: 'reserve' | 'release';
      readonly scope: HeadroomKey;
      readonly amount: number;
      readonly initial: number;
    }
  | { readonly kind: 'move_cap'; readonly scope: HeadroomKey; readonly to: number }
);

const STATES: readonly OrderState[] = ['planned', 'resting', 'filled', 'rejected', 'expired'];

/** Rows of every kind of table: one with an index, a plain one, one with an attribute, a shared one. */
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
    .tuple(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map(([what, float]): RowValue => ({
      table: 'suspicions',
      value: { what, firstSeenMs: float + 0 },
    })),
);

const scope = fc.constantFrom<HeadroomKey>('account', 'slots', 'event:E');
/** Few amounts, so that a room is often met exactly. */
const amount = fc.constantFrom(-30, 0, 30, 60, 90);
const initial = fc.constantFrom(0, 60, 90);

const body = fc.oneof(
  { weight: 8, arbitrary: row.map((drawn) => ({ kind: 'put' as const, ...drawn })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('remove' as const, 'unchanged' as const),
      table: fc.constantFrom('orders' as const, 'ownership' as const, 'suspicions' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lease_beyond' as const), atMs: fc.nat(9) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('reserve' as const, 'reserve' as const, 'release' as const),
      scope,
      amount,
      initial,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('move_cap' as const), scope, to: initial }),
  },
);
const draft: fc.Arbitrary<Draft> = fc
  .tuple(
    fc.record({
      key: fc.constantFrom('a', 'b', 'ü#'),
      asRead: fc.constantFrom(true, true, true, true, false),
    }),
    body,
  )
  .map(([common, drawn]) => ({ ...common, ...drawn }));

/** Mostly short, so that many succeed; each row once. */
const transaction = fc.uniqueArray(draft, {
  minLength: 1,
  maxLength: 3,
  selector: (drawn) => {
    if ('scope' in drawn) return drawn.scope;
    return `${'table' in drawn ? drawn.table : 'lease'}/${drawn.key}`;
  },
});

async function written(drawn: Draft, store: HotStore): Promise<HotWrite> {
  switch (drawn.kind) {
    case 'put': {
      const { table, value, key, asRead } = drawn;
      const found = await store.get(table, key);
      // One of the union's members; which table goes with which value was drawn together.
      if ((found === null) === asRead) return { kind: 'insert', table, key, value } as HotWrite;
      const version = asRead ? (found?.version ?? 1) : (found?.version ?? 0) + 1;
      return { kind: 'replace', table, key, value, version } as HotWrite;
    }
    case 'remove':
    case 'unchanged': {
      const { kind, table, key, asRead } = drawn;
      const found = await store.get(table, key);
      return { kind, table, key, version: (found?.version ?? 1) + (asRead ? 0 : 1) };
    }
    case 'lease_beyond':
      return { kind: drawn.kind, key: drawn.key, atMs: drawn.atMs };
    case 'reserve':
    case 'release': {
      const { kind, amount: by, initial: from } = drawn;
      return { kind, scope: drawn.scope, amount: by, initial: from };
    }
    case 'move_cap': {
      const cap = (await store.caps()).get(drawn.scope) ?? 0;
      return {
        kind: drawn.kind,
        scope: drawn.scope,
        from: drawn.asRead ? cap : cap + 1,
        to: drawn.to,
      };
    }
  }
}

async function everything(store: HotStore): Promise<unknown> {
  return {
    orders: await store.list('orders'),
    open: await store.openOrders(),
    ownership: await store.list('ownership'),
    lease: await store.list('lease'),
    suspicions: await store.list('suspicions'),
    one: await store.get('orders', 'a'),
    rooms: [
      await store.headroom('account'),
      await store.headroom('slots'),
      await store.headroom('event:E'),
    ],
    caps: await store.caps(),
  };
}

describe('DynamoDB hot store', () => {
  const dynamo = withDynoxide();
  let stores = 0;
  const seen = new Map<string, number>();

  it('answers every sequence of transactions as the memory store does, and holds the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(transaction, { minLength: 1, maxLength: 40, size: 'max' }),
        async (steps) => {
          const tablePrefix = `p${(stores += 1)}-`;
          await createTables(dynamo.client(), tablePrefix);
          const real = new DynamoHotStore({ client: dynamo.client(), tablePrefix });
          const model = new MemoryHotStore();
          for (const drafts of steps) {
            const writes = await Promise.all(drafts.map((drawn) => written(drawn, model)));
            const expected = await model.transact(writes);
            expect(await real.transact(writes)).toEqual(expected);
            const outcome = expected.kind === 'committed' ? expected.kind : expected.reason;
            seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          }
          expect(await everything(real)).toEqual(await everything(model));
        },
      ),
      runs(25),
    );
    const outcomes = ['cap', 'committed', 'exists', 'headroom', 'lease', 'version'];
    expect([...seen.keys()].toSorted()).toEqual(outcomes);
    // Else the conditions are drawn so that little is ever written.
    expect(seen.get('committed')).toBeGreaterThan(150);
  });
});
