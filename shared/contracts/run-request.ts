import type { Config } from './config.ts';
import type { CollectedSource } from './recording.ts';
import type { OnProgress } from './run-progress.ts';
import type { RunOutcome } from './run-record.ts';

type RequestBase = {
  readonly config: Config;
  readonly configFingerprint: string;
  readonly onProgress: OnProgress;
  /** When it aborts, the run stops at its next progress and throws the signal's reason. */
  readonly signal: AbortSignal;
};

export type VirtualRequest = RequestBase & { readonly seed: number; readonly scenario: string };

export type EmbeddedRequest = RequestBase & {
  readonly seed: number;
  readonly scenario: string;
  /** How many times as fast as the clock on the wall the script of the day runs. */
  readonly factor: number;
  /** Stay up when the day is over, until the signal aborts. */
  readonly serve: boolean;
  readonly fresh: boolean;
  /** Where everything is kept that outlives the process. */
  readonly stateDir: string;
  /** Told once the report is made, which with `serve` is before the end. */
  readonly onReport: (outcome: RunOutcome) => Promise<void>;
};

export type ReplayRequest = RequestBase & {
  /** Folder of the recording. */
  readonly dir: string;
  /** Folder of the game results that ratings are made of; null for the one beside the recording. */
  readonly resultsDir: string | null;
  /** Which collected set is meant where the folder holds more than one; by default the first. */
  readonly source?: CollectedSource | null;
  /**
   * What a taker pays beyond the last trade, in cents of one contract, at most two decimals; null for what is usual. A
   * recording with quotes refuses one: it has the spread that was.
   */
  readonly halfSpreadCents: number | null;
  /** Told what a person should know before the run begins. */
  readonly onNote?: (text: string) => void;
};

export type RunEmbedded = (request: EmbeddedRequest) => Promise<RunOutcome>;
export type RunVirtual = (request: VirtualRequest) => Promise<RunOutcome>;
export type RunReplay = (request: ReplayRequest) => Promise<RunOutcome>;

/** A day that a run can play. */
export type ScenarioName = {
  readonly name: string;
  readonly description: string;
  /** Something is put in to go wrong, which only the virtual world can do. */
  readonly hasFaults: boolean;
};
