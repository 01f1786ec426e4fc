import type { RecordingManifest } from '../contracts/recording.ts';
import type { MarketTick } from '../domain/market/market-tick.ts';
import type { EpochMs } from '../domain/market/market.ts';
import { Lookahead, type Foreseen } from './lookahead.ts';
import { isRecordedBar, type RecordingEvent } from './recording.ts';
import type { RecordedVenue } from './recorded-venue.ts';
import type { ReplaySource } from './replay-source.ts';
import { readRecording, type ReadProgress } from './segments.ts';

/** One event of a recording after the venue has taken it, and the tick that it made. */
export type ReplayStep = { readonly event: RecordingEvent; readonly tick: MarketTick | null };

/**
 * Plays a recording through a venue and a source, one event at a time: the venue moves first, then the tick is made, and
 * what `onStep` returns is awaited before time goes on. Throws a RecordingRefusal before the first step when the
 * recording is not whole.
 */
export async function playRecording(input: {
  readonly dir: string;
  readonly venue: RecordedVenue;
  readonly source: ReplaySource;
  readonly onStep: (step: ReplayStep) => void | Promise<void>;
  readonly onProgress?: ReadProgress;
  readonly horizonMs?: EpochMs;
}): Promise<RecordingManifest> {
  const { dir, venue, source, onStep } = input;
  const lookahead = new Lookahead(input.horizonMs);
  const play = async (foreseen: readonly Foreseen[]): Promise<void> => {
    for (const { event, upcoming } of foreseen) {
      if (event.kind === 'market') venue.onMarket(event.market, event.atMs);
      else if (isRecordedBar(event)) venue.onBar(event, upcoming);
      else if (event.kind === 'result') venue.onResult(event);
      const pending = onStep({ event, tick: source.onEvent(event) });
      if (pending !== undefined) await pending;
    }
  };
  const manifest = await readRecording(
    dir,
    (event) => {
      const ready = lookahead.push(event);
      return ready.length === 0 ? undefined : play(ready);
    },
    input.onProgress,
  );
  await play(lookahead.end());
  return manifest;
}
