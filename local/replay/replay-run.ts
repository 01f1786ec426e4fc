import type { DomainConfig } from '../../shared/contracts/domain-config.ts';
import type { RecordingManifest } from '../../shared/contracts/recording.ts';
import type { ModelVersion } from '../../shared/domain/models/forecast.ts';
import { playRecording, type ReplayStep } from '../../shared/replay/play-recording.ts';
import { PregameForecasts } from '../../shared/replay/pregame-forecasts.ts';
import type { RecordedVenueConfig } from '../../shared/replay/recorded-venue.ts';
import { ReplaySource } from '../../shared/replay/replay-source.ts';
import { ReplayDesk } from './replay-desk.ts';

const HOUR_MS = 3_600_000;

export type ReplayRunOptions = {
  readonly dir: string;
  readonly config: DomainConfig;
  readonly configFingerprint: string;
  /** Whose forecasts price; null for nobody's. */
  readonly model: ModelVersion | null;
  readonly venue: Partial<RecordedVenueConfig>;
  /** Called once an hour of recorded time at most; what it returns is awaited. */
  readonly onHour: (run: ReplayRun, share: number) => Promise<void>;
};

/** A recording of minutes through the same use cases as everything else; the order of events is the recording's. */
export class ReplayRun extends ReplayDesk {
  readonly forecasts = new PregameForecasts();
  readonly #source: ReplaySource;
  readonly #dir: string;
  #share = 0;

  constructor({ onHour, model, ...options }: ReplayRunOptions) {
    super({
      ...options,
      lookEveryMs: HOUR_MS,
      onLook: () => onHour(this, this.#share),
    });
    this.#dir = options.dir;
    this.#source = new ReplaySource({ model, book: (ticker) => this.venue.book(ticker) });
  }

  /** Plays the whole recording and holds the result against the venue's truth. */
  async run(): Promise<RecordingManifest> {
    const manifest = await playRecording({
      dir: this.#dir,
      venue: this.venue,
      source: this.#source,
      onStep: (step) => this.#onStep(step),
      onProgress: ({ lines, total }) => {
        this.#share = total === 0 ? 1 : lines / total;
      },
    });
    await this.end();
    return manifest;
  }

  async #onStep({ event, tick }: ReplayStep): Promise<void> {
    this.forecasts.onEvent(event);
    const { atMs } = event;
    if (event.kind === 'market') return this.onMarket(event.market, event.mapping, atMs);
    if (tick !== null) await this.onTick(tick, atMs);
    else await this.onOther(atMs);
    if (event.kind === 'result') await this.onResult(event, atMs);
  }
}
