import type { EpochMs } from '../domain/market/market.ts';

/** One raw message as it arrived, kept for replay. `sequence` counts within the recording. */
export type RecordedMessage = {
  readonly sequence: number;
  readonly receivedMs: EpochMs;
  readonly source: string;
  readonly payload: string;
};

export interface Recorder {
  record(message: Omit<RecordedMessage, 'sequence'>): void;
}
