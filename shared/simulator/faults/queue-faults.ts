import { STANDARD_QUEUE_DELAY, type Delay } from './delay.ts';

/** What a standard queue may do: probabilities per message in [0, 1]. */
export type QueueFaults = {
  readonly delay: Delay;
  /** A second copy is delivered although the first is processed. */
  readonly duplicate: number;
  /** A message is taken out of turn. */
  readonly reorder: number;
  /** A message processed at its first receive is not deleted, and comes again after the visibility timeout. */
  readonly lostDelete: number;
};

export const HEALTHY_QUEUE: QueueFaults = {
  delay: STANDARD_QUEUE_DELAY,
  duplicate: 0,
  reorder: 0,
  lostDelete: 0,
};
