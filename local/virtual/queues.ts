import type { LifecycleMessage, OrderMessage } from '../../fargate/feeder/session.ts';
import type { JournalEntry } from '../../shared/domain/ledger/journal.ts';
import type { MarketTick } from '../../shared/domain/market/market-tick.ts';
import type { EntrySignal } from '../../shared/domain/strategies/decide-entry.ts';
import { Crash } from '../../shared/simulator/faults/crash-plan.ts';
import {
  SimQueue,
  type BatchResult,
  type QueueCounters,
  type QueueFaults,
} from '../../shared/simulator/faults/sim-queue.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Scheduler } from '../../shared/simulator/scheduler.ts';

/** The queues of the order path, as deployed: intents one at a time, everything else in small batches. */
export type Queues = {
  readonly ticks: SimQueue<MarketTick>;
  readonly heldTicks: SimQueue<MarketTick>;
  readonly intents: SimQueue<EntrySignal>;
  readonly orderUpdates: SimQueue<OrderMessage>;
  readonly settlements: SimQueue<LifecycleMessage>;
  readonly ledger: SimQueue<JournalEntry>;
};

/** A consumer that fails so often with the same message has found a message that nobody can process. */
const MAX_RECEIVES = 12;

export function makeQueues(parts: {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly faults: QueueFaults;
}): Queues {
  const queue = <Message>(
    name: string,
    batchSize: number,
    maxConcurrency: number,
    visibilityTimeoutMs: number,
  ): SimQueue<Message> =>
    new SimQueue<Message>({
      scheduler: parts.scheduler,
      rng: parts.rng.fork(name),
      name,
      faults: parts.faults,
      batchSize,
      maxConcurrency,
      visibilityTimeoutMs,
      maxReceives: MAX_RECEIVES,
    });
  return {
    ticks: queue('ticks', 10, 4, 30_000),
    heldTicks: queue('held-ticks', 5, 2, 30_000),
    intents: queue('intents', 1, 4, 60_000),
    orderUpdates: queue('order-updates', 10, 2, 30_000),
    settlements: queue('settlements', 1, 2, 30_000),
    ledger: queue('ledger', 25, 1, 30_000),
  };
}

export function queueList(
  queues: Queues,
): readonly { readonly name: string; readonly counters: QueueCounters }[] {
  return Object.entries(queues).map(([name, queue]) => ({ name, counters: queue.counters }));
}

/**
 * Processes a batch one message after another. A message that fails is reported and comes again; a process that dies
 * takes the whole batch with it.
 */
export async function eachMessage<Message>(
  messages: readonly Message[],
  process: (message: Message) => Promise<void>,
  onFailure: (error: Error) => void,
): Promise<BatchResult> {
  const failed: number[] = [];
  for (const [index, message] of messages.entries()) {
    try {
      await process(message);
    } catch (error) {
      if (error instanceof Crash || !(error instanceof RetryLater)) throw error;
      onFailure(error);
      failed.push(index);
    }
  }
  return { failed };
}

/** The message cannot be processed yet; it is to be delivered again. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}
