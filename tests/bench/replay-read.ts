import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import { playRecording } from '../../shared/replay/play-recording.ts';
import type { RecordingEvent } from '../../shared/replay/recording.ts';
import { RecordedVenue } from '../../shared/replay/recorded-venue.ts';
import { ReplaySource } from '../../shared/replay/replay-source.ts';
import { readRecording, verifyRecording, writeRecording } from '../../shared/replay/segments.ts';
import { bar, forecastEvent, marketEvent, resultEvent } from '../support/replay-fixture.ts';
import type { BenchRow } from './bench-row.ts';

const MINUTES = 200_000;
const RUNS = 3;

/** A long made-up market: a price that swings between 20 and 80 cents. */
function* longMarket(): Generator<RecordingEvent> {
  yield marketEvent();
  yield forecastEvent();
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const cents = 20 + Math.abs(60 - (minute % 120));
    const made = bar(minute, cents);
    yield { ...made, high: price(cents * 100), volume: contracts(10_000 + (minute % 977) * 100) };
  }
  yield resultEvent('yes', MINUTES + 1);
}

/** Events per second of verifying, reading and playing a recording of 200,000 minutes; the best of three runs. */
export async function benchReplayRead(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-bench-'));
  const dir = join(folder, 'recording');
  const about = {
    kind: 'trade_bars' as const,
    source: 'bench',
    assumptions: [],
    refused: {},
    createdFrom: [],
  };
  try {
    const written = await best(() => void writeRecording({ dir, events: longMarket(), about }));
    const verified = await best(() => void verifyRecording(dir));
    const read = await best(async () => void (await readRecording(dir, () => undefined)));
    const played = await best(async () => {
      const venue = new RecordedVenue({ openingCash: money(1_000_000_000) });
      const model = { name: 'elo-test', version: '1.0.0' };
      const source = new ReplaySource({ model, book: (market) => venue.book(market) });
      await playRecording({ dir, venue, source, onStep: () => undefined });
    });
    const row = (name: string, seconds: number, note: string): BenchRow => ({
      name,
      value: Math.round((MINUTES + 3) / seconds),
      unit: 'events/s',
      note,
    });
    return [
      row('recording: write', written, 'encode, hash, gzip'),
      row('recording: verify', verified, 'gunzip, hash, parse, check order'),
      row('recording: verify and read', read, 'two passes'),
      row('replay: play', played, 'verify, read, look ahead, synthetic book, tick'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds of the fastest of a few runs. */
async function best(run: () => void | Promise<void>): Promise<number> {
  let fastest = Infinity;
  for (let index = 0; index < RUNS; index += 1) {
    const startedMs = performance.now();
    await run();
    fastest = Math.min(fastest, performance.now() - startedMs);
  }
  return fastest / 1_000;
}
