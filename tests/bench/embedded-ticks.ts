import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { queueUrlOf } from '../../local/cloud/cloud-names.ts';
import type { CloudQueue } from '../../local/cloud/cloud-queue.ts';
import { SqsQueue } from '../../shared/adapters/aws/sqs-queue.ts';
import { tickCodec } from '../../shared/contracts/messages.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import { aTick, closedDesk, TestClock } from '../support/trading-desk.ts';
import type { BenchRow } from './bench-row.ts';
import type { EmbeddedDesk } from './embedded-desk.ts';
import { rounded } from './measure.ts';

const SECONDS = 10;
/** As many requests under way as the feeder has, of ten ticks each. */
const SENDERS = 4;
const BATCH = 10;
/** Nobody sends while more than this waits: what is measured is what is done, not what is put aside. */
const MOST_WAITING = 200;
/** Both sides of the line are 50 cents: an ask of 52 is fresh, priced and not worth an order. */
const EVEN = { homeOdds: 1.9, awayOdds: 1.9 } as const;
const MARKET = 'KXNFLGAME-BENCH';

/**
 * Ticks a second from the request that sends them to the row of history in PostgreSQL: encoded, SQS over HTTP, checked,
 * scored, the batch's event by SQS to write-history, the Data API. Sender, cloud and functions share one thread.
 */
export async function measureTicks({ account }: EmbeddedDesk): Promise<readonly BenchRow[]> {
  const [ticks, history] = [account.cloud.queue('ticks'), account.cloud.queue('history')];
  invariant(ticks !== null && history !== null, 'both queues are wired');
  const client = new SQSClient({});
  const queue = new SqsQueue<MarketTick>({
    client,
    queueUrl: queueUrlOf(account.endpoint, 'ticks'),
    encode: tickCodec.encode,
  });
  const desk = { ...closedDesk(), clock: new MachineClock() };
  let sent = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + SECONDS * 1_000;
  const send = async (): Promise<void> => {
    while (performance.now() < untilMs) {
      if (ticks.visible + history.visible > MOST_WAITING) {
        await sleep(1);
        continue;
      }
      const batch = Array.from({ length: BATCH }, () => {
        sent += 1;
        return aTick(desk, { n: sent, market: { ticker: MARKET }, ...EVEN });
      });
      await queue.send(batch);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, send));
  await untilEmpty(ticks, history);
  const seconds = (performance.now() - startedMs) / 1_000;
  client.destroy();
  const kept = await keptTicks(account);
  invariant(kept === sent, `each tick is in the history once; of ${sent} there are ${kept}`);
  return [
    {
      name: 'ticks end to end: SQS, score-edges, history',
      value: rounded(sent / seconds),
      unit: 'ticks/s',
      note: `${sent} ticks in ${seconds.toFixed(1)} s, every one of them in PostgreSQL; one thread sends, serves and scores`,
    },
  ];
}

async function untilEmpty(...queues: readonly CloudQueue[]): Promise<void> {
  for (let idle = 0; idle < 3; idle = queues.every(({ isIdle }) => isIdle) ? idle + 1 : 0)
    await sleep(5);
}

/** How many of the bench's ticks the history tells of. */
async function keptTicks({ sources }: EmbeddedDesk['account']): Promise<number> {
  const events = await sources.history.events();
  let kept = 0;
  for (const event of events) {
    if (event.kind !== 'scored') continue;
    for (const { market, ticks } of event.markets) if (market === MARKET) kept += ticks;
  }
  return kept;
}

class MachineClock extends TestClock {
  override nowMs(): number {
    return Date.now();
  }
}
