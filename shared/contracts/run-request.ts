import type { Config } from './config.ts';
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

export type ReplayRequest = RequestBase & {
  /** Folder of the recording. */
  readonly dir: string;
  /** Folder of the game results that ratings are made of; null for the one beside the recording. */
  readonly resultsDir: string | null;
  /** What a taker pays beyond the last trade, in cents of one contract, at most two decimals. */
  readonly halfSpreadCents: number;
};

export type RunVirtual = (request: VirtualRequest) => Promise<RunOutcome>;
export type RunReplay = (request: ReplayRequest) => Promise<RunOutcome>;

/** A world that the virtual run can start in. */
export type ScenarioName = { readonly name: string; readonly description: string };
