import type { LaneCounts } from './send-lane.ts';

/** us-east prices of 2026: a million requests to standard queues, a million events put on a bus. */
const DOLLARS_PER_QUEUE_REQUEST = 0.4 / 1_000_000;
const DOLLARS_PER_EVENT = 1 / 1_000_000;
/** Both bill each started chunk of so many bytes as one. */
const CHUNK_BYTES = 65_536;
/** A batch is sent, received and deleted: each is a request. */
const REQUESTS_PER_BATCH = 3;

export type Published = {
  readonly ticks: LaneCounts;
  readonly heldTicks: LaneCounts;
  readonly orderMessages: LaneCounts;
  readonly events: LaneCounts;
  /** Mean bytes of a tick. */
  readonly tickBytes: number;
};

/**
 * What AWS bills for what was published, in dollars: the send of each batch and the receive and delete that it causes,
 * by chunks of 64 KB, and each event. A model: the poller's empty receives, functions and stores are not in it.
 * Source: SQS and EventBridge price lists.
 */
export function modelledDollars(published: Published): number {
  const { ticks, heldTicks, orderMessages, events, tickBytes } = published;
  const batchesOf = (lane: LaneCounts): number => {
    // A batch of big messages is billed by its chunks.
    const perBatch = lane.batches === 0 ? 0 : lane.sent / lane.batches;
    return lane.batches * Math.max(1, Math.ceil((perBatch * tickBytes) / CHUNK_BYTES));
  };
  const batches = batchesOf(ticks) + batchesOf(heldTicks) + orderMessages.batches;
  return batches * REQUESTS_PER_BATCH * DOLLARS_PER_QUEUE_REQUEST + events.sent * DOLLARS_PER_EVENT;
}
