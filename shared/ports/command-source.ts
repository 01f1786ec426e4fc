import type { EpochMs } from '../domain/market/market.ts';

/** One receive of one command, as it was sent. */
export type TakenCommand = {
  readonly messageId: string;
  /** Names this receive; a later one of the same command has another. */
  readonly handle: string;
  readonly body: string;
  /** By the queue's clock. */
  readonly sentMs: EpochMs;
};

/** Where the feeder's commands come from: each at least once, in any order. */
export interface CommandSource {
  /**
   * What waits, or what comes soon; empty when nothing came, or when it is given up. A command that is not acknowledged
   * comes again, and after a few times goes where dead letters go.
   */
  take(signal: AbortSignal): Promise<readonly TakenCommand[]>;
  /** The command is done with and does not come again. */
  ack(command: TakenCommand): Promise<void>;
}
