import { MemoryHotStore } from '../../shared/adapters/memory/memory-hot-store.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { HotWrite } from '../../shared/ports/hot-store.ts';
import { reservationFor, scopesForReservation } from '../../shared/domain/risk/headroom.ts';
import { plannedJournal } from '../../shared/application/place-entry.ts';
import { plannedOrder } from '../../shared/domain/execution/transitions.ts';
import { anEntry, NOON } from '../support/trade-builders.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

const INTENTS = 20_000;
const ROUNDS = 5;
const ROOM = 1e15;

/** The transaction that writes an intent: order, ownership, lease, journal and five reservations, all conditional. */
export async function benchStore(): Promise<readonly BenchRow[]> {
  const transactions = Array.from({ length: INTENTS }, (_, index) => writesOf(index));
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const store = new MemoryHotStore();
    const lease = { holder: 'bench', epoch: 1, expiresAtMs: NOON + 1 };
    await store.transact([{ kind: 'insert', table: 'lease', key: 'feeder', value: lease }]);
    let committed = 0;
    const startedMs = performance.now();
    for (const writes of transactions)
      if ((await store.transact(writes)).kind === 'committed') committed += 1;
    fastest = Math.min(fastest, performance.now() - startedMs);
    invariant(committed === INTENTS, 'each intent has its own rows and enough room');
  }
  return [
    {
      name: 'store: conditional transactions in memory',
      value: rounded(INTENTS / (fastest / 1_000)),
      unit: '1/s',
      note: `${transactions[0]?.length ?? 0} writes each: the intent of an entry with its reservations`,
    },
  ];
}

function writesOf(index: number): readonly HotWrite[] {
  const market = `MARKET-${index}`;
  const clientOrderId = `entry-${index}`;
  const intent = anEntry({ clientOrderId, market, eventTicker: `EVENT-${index % 500}` });
  return [
    {
      kind: 'insert',
      table: 'orders',
      key: clientOrderId,
      value: plannedOrder(intent, reservationFor(intent), NOON),
    },
    {
      kind: 'insert',
      table: 'ownership',
      key: market,
      value: { market, generation: 1, lastDecided: intent.stamp, holder: clientOrderId },
    },
    { kind: 'lease_beyond', key: 'feeder', atMs: NOON },
    plannedJournal(intent, NOON, 'signal'),
    ...scopesForReservation(intent).map(({ key, amount }): HotWrite => ({
      kind: 'reserve',
      scope: key,
      amount,
      initial: ROOM,
    })),
  ];
}
