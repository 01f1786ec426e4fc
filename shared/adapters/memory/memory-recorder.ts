import type { RecordedMessage, Recorder } from '../../ports/recorder.ts';

/** Keeps what was recorded, numbered from one, up to a bound; beyond it the oldest go and `dropped` counts them. */
export class MemoryRecorder implements Recorder {
  readonly #messages: RecordedMessage[] = [];
  readonly #keep: number;
  #sequence = 0;

  constructor(keep = 100_000) {
    this.#keep = keep;
  }

  get dropped(): number {
    return this.#sequence - this.#messages.length;
  }

  record(message: Omit<RecordedMessage, 'sequence'>): void {
    if (this.#messages.length === this.#keep) this.#messages.shift();
    this.#messages.push({ sequence: ++this.#sequence, ...message });
  }

  messages(): readonly RecordedMessage[] {
    return this.#messages;
  }
}
