import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { RecordingManifest } from '../../contracts/recording.ts';

export type ImportProgress = {
  readonly stage: 'results' | 'markets' | 'bars' | 'forecasts' | 'write';
  readonly done: number;
};

/** What an import made of its input. */
export type ImportSummary<Reason extends string = string> = {
  readonly dir: string;
  readonly markets: number;
  /** Recorded minutes over all markets. */
  readonly bars: number;
  readonly forecasts: number;
  /** Finished games that the forecasts were made of. */
  readonly gamesRated: number;
  readonly models: readonly string[];
  /** Rows left out by why; every row that was read is in the recording, in the ratings or here. */
  readonly refused: Readonly<Partial<Record<Reason, number>>>;
  /** The first of them, told apart. */
  readonly examples: readonly string[];
  readonly manifest: RecordingManifest;
};

const MAX_EXAMPLES = 20;

/** Counts what is left out by why, and keeps the first few apart. */
export class Refusals<Reason extends string> {
  readonly counts: Partial<Record<Reason, number>> = {};
  readonly examples: string[] = [];

  count(reason: Reason, rows: number): void {
    if (rows > 0) this.counts[reason] = (this.counts[reason] ?? 0) + rows;
  }

  tell(reason: Reason, example: string, rows = 1): void {
    this.count(reason, rows);
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(`${reason}: ${example}`);
  }
}

/** Name, size and SHA-256 of an input file, as manifests name what a recording was made from. */
export async function fingerprintOf(
  file: string,
): Promise<RecordingManifest['createdFrom'][number]> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { file: basename(file), bytes, sha256: hash.digest('hex') };
}
