import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runReplay } from '../../local/replay/run-replay.ts';
import { DEFAULT_CONFIG } from '../../shared/contracts/config.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { BenchRow } from './bench-row.ts';
import { rounded } from './measure.ts';

// The collected prices are no part of this repository; without them there is nothing to measure.
const COLLECTED = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** The whole collected NBA season through every use case, at three half-spreads, from the raw files on. */
export async function benchNbaReplay(): Promise<readonly BenchRow[]> {
  const dir = join(COLLECTED, 'kalshi-nba');
  if (!existsSync(dir)) return [];
  const startedMs = performance.now();
  const { summary } = await runReplay({
    dir,
    resultsDir: join(COLLECTED, 'nba'),
    halfSpreadCents: 1,
    config: DEFAULT_CONFIG,
    configFingerprint: '0'.repeat(64),
    onProgress: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  invariant(summary.mode === 'replay', 'a replay says that it is one');
  const { recording, halfSpreads, timings } = summary;
  const replayMs = timings.phasesMs['replay'] ?? NaN;
  const events = recording.records * halfSpreads.length;
  return [
    {
      name: 'replay: the whole NBA season',
      value: rounded(seconds),
      unit: 's',
      note: `${recording.markets} markets, ${recording.records} records, ${halfSpreads.length} half-spreads, import included`,
    },
    {
      name: 'replay: events through the full decision path',
      value: rounded(events / (replayMs / 1_000)),
      unit: 'events/s',
      note: `${events} events with orders, fees, ledger and checker; bar 300,000`,
    },
  ];
}
