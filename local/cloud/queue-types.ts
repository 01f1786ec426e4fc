import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Copy } from './queue-copy.ts';

/** A dead-letter queue, as the queue sees it that gives messages up. */
export interface DeadLetterSink {
  adopt(given: Copy, deadLetterSource: string): void;
}

export type CloudQueueOptions = {
  readonly timers: Timers;
  readonly name: string;
  /** How long a received message stays hidden when the receiver does not say; also the wait before another try. */
  readonly visibilityTimeoutMs: number;
  /** How long each message is hidden before its first receive. */
  readonly delayMs?: number;
  /** A message older than this is gone, received or not; for ever when it is left out. */
  readonly retentionMs?: number;
  /** A message that was received so often goes to the dead-letter queue instead of being shown again. */
  readonly redrive?: {
    readonly deadLetterQueue: DeadLetterSink;
    readonly maxReceives: number;
  } | null;
  /** What a standard queue is allowed to do, done on purpose; a quiet queue delivers at once and in order. */
  readonly faults?: { readonly rng: Rng; readonly mix: QueueFaults } | null;
};

export type QueueEntry = { readonly body: string; readonly delayMs?: number };

/** One receive of one message. */
export type ReceivedMessage = {
  readonly messageId: string;
  /** Names this receive; later receives of the message have others. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentMs: EpochMs;
  readonly firstReceivedMs: EpochMs;
  /** ApproximateReceiveCount, this one included; it goes on counting in a dead-letter queue. */
  readonly receives: number;
  /** The queue that gave it up; null outside dead-letter queues. */
  readonly deadLetterSource: string | null;
};

export type ReceiveOptions = {
  readonly max: number;
  /** Null for the queue's own. */
  readonly visibilityTimeoutMs?: number | null;
  /** How long to wait for a first message; an arrival ends the wait at once. */
  readonly waitMs: number;
};

/**
 * Copies of messages: sent + duplicated = processed + deadLettered + expired + waiting + inFlight, at every time. What
 * another queue gave up counts as sent to its dead-letter queue.
 */
export type QueueCounters = {
  readonly sent: number;
  readonly duplicated: number;
  /** Receives, of which `redelivered` were not the first of their copy. */
  readonly delivered: number;
  readonly redelivered: number;
  readonly reordered: number;
  /** Deleted. */
  readonly processed: number;
  readonly deadLettered: number;
  /** Gone after the time of retention. */
  readonly expired: number;
  /** Visible or still delayed. */
  readonly waiting: number;
  readonly inFlight: number;
};

/** The Approximate… attributes of SQS; here they are exact. */
export type QueueAttributes = {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** Age of the message that waits longest at the front; 0 when nothing is visible. */
  readonly oldestAgeMs: number;
};
