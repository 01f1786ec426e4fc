import { setTimeout as sleep } from 'node:timers/promises';
import { KalshiMarketStream } from '../../shared/adapters/kalshi/kalshi-market-stream.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { MachineTimers } from '../../shared/adapters/machine/machine-timers.ts';
import { OrderBook } from '../../shared/domain/market/order-book.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import { ED25519_KEY } from '../support/venue-client.ts';
import type { BenchRow } from './bench-row.ts';
import { numberOf, startChild, textOf } from './child.ts';
import { quantile, rounded } from './measure.ts';

const PER_SECOND = 10_000;
const MARKETS = 100;
const SAMPLE_EVERY_MS = 100;
const PATIENCE_MS = 10_000;

// The reading end of a flood, in a process of its own so that its memory is its own: starts the sender, reads for as
// many seconds as it is told, and tells its parent the rows.

async function measureFlood(seconds: number): Promise<readonly BenchRow[]> {
  const child = startChild('flood-process.ts');
  const wsUrl = textOf(await child.hear(), 'wsUrl');
  const timers = new MachineTimers({
    onError: (error) => {
      throw error;
    },
  });
  const stream = new KalshiMarketStream({
    wsUrl,
    signer: requestSigner(ED25519_KEY),
    timers,
    random: Math.random,
    maxFrameBytes: 1_000_000,
  });
  const books = new Map<string, OrderBook>(
    Array.from({ length: MARKETS }, (_, n) => [`KXFLOOD-${n}`, new OrderBook()] as const),
  );
  const seen = {
    deltas: 0,
    applied: 0,
    holes: 0,
    lost: 0,
    disconnects: 0,
    sequence: 0,
    snapshots: 0,
  };
  const ages: number[] = [];
  const subscribed = Promise.withResolvers<void>();
  stream.open([...books.keys()], {
    onConnected: () => {},
    onDisconnected: () => (seen.disconnects += 1),
    onRefused: () => (seen.lost += 1),
    onFrame: () => {},
    onSubscribed: () => {},
    onMarkets: () => {},
    onLost: (_subscription, frames) => (seen.lost += frames),
    onEvent: (event) => {
      if (event.kind !== 'book_snapshot' && event.kind !== 'book_delta') return;
      const sequence = event.sequence?.sequence ?? 0;
      if (sequence !== seen.sequence + 1) seen.holes += 1;
      seen.sequence = sequence;
      if (event.kind === 'book_snapshot') {
        books.get(event.snapshot.market)?.applySnapshot(event.snapshot);
        seen.snapshots += 1;
        if (seen.snapshots === MARKETS) subscribed.resolve();
        return;
      }
      seen.deltas += 1;
      if (seen.deltas % 100 === 0) ages.push(Date.now() - event.delta.exchangeTimeMs);
      if (books.get(event.delta.market)?.applyDelta(event.delta) === 'applied') seen.applied += 1;
    },
  });
  await subscribed.promise;
  const rssBefore = process.memoryUsage.rss();
  let rssMost = rssBefore;
  const sampling = setInterval(() => {
    rssMost = Math.max(rssMost, process.memoryUsage.rss());
  }, SAMPLE_EVERY_MS);
  const cpuBefore = process.cpuUsage();
  child.say({ perSecond: PER_SECOND, seconds });
  const told = await child.hear();
  const sent = numberOf(told, 'sent');
  const sentMs = numberOf(told, 'elapsedMs');
  const untilMs = performance.now() + PATIENCE_MS;
  while (seen.deltas < sent && performance.now() < untilMs) await sleep(1);
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(sampling);
  await stream.close();
  timers.close();
  await child.end();
  invariant(
    seen.deltas === sent && seen.applied === sent && seen.holes === 0 && seen.lost === 0,
    () => `every frame arrives once and in order: ${sent} were sent; ${JSON.stringify(seen)}`,
  );
  invariant(seen.disconnects === 0, 'the connection holds');
  const note = `${sent} deltas of ${MARKETS} markets in ${rounded(sentMs / 1_000)} s; 0 lost, 0 holes, each applied`;
  return [
    {
      name: 'flood: frames a second, none lost',
      value: Math.round(sent / (sentMs / 1_000)),
      unit: 'frames/s',
      aim: { atLeast: PER_SECOND * 0.99 },
      note,
    },
    {
      name: 'flood: most memory of the process that reads',
      value: rounded(rssMost / 1e6),
      unit: 'MB',
      aim: { atMost: 500 },
      note: `resident, sampled each ${SAMPLE_EVERY_MS} ms; ${rounded(rssBefore / 1e6)} MB before the flood`,
    },
    {
      name: 'flood: core taken by reading',
      value: rounded(((cpu.user + cpu.system) / 1e3 / sentMs) * 100),
      unit: '%',
      note: 'of one core: socket, parsing, checks and books',
    },
    {
      name: 'flood: feed age, p95',
      value: rounded(quantile(ages, 0.95)),
      unit: 'ms',
      note: `p50 ${rounded(quantile(ages, 0.5))}, p99 ${rounded(quantile(ages, 0.99))}; from the frame's own time to its use, one in a hundred`,
    },
    {
      name: 'flood: most that waited unsent at the sender',
      value: rounded(numberOf(told, 'mostBuffered') / 1e3),
      unit: 'kB',
      note: 'a reader that is too slow shows here',
    },
  ];
}

process.send?.({ rows: await measureFlood(Number(process.argv[2])) });
