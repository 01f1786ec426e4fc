import { setTimeout as sleep } from 'node:timers/promises';

/** Chance and waiting, so that a test decides both. */
export type Pause = {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
};

export const MACHINE_PAUSE: Pause = { random: Math.random, sleep };

const BASE_MS = 10;
const CAP_MS = 640;

/**
 * Waits before try `attempt + 1`: a uniform share of 10 ms doubled with each try up to 640 ms ("full jitter", AWS
 * Architecture Blog, Exponential Backoff And Jitter), so that rivals do not meet again.
 */
export async function pauseAfter(attempt: number, pause: Pause): Promise<void> {
  await pause.sleep(Math.floor(pause.random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt)));
}

/** The list in parts of at most `size`. */
export function chunked<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
    list.slice(part * size, (part + 1) * size),
  );
}
