/** How a person or a supervisor stops a run, and the exit status that says so (128 + the signal's number). */
const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type StopSignal = keyof typeof STATUS;

/** The launcher passes on a Ctrl-C that the terminal sends us as well: two within this time are one. */
const SAME_PRESS_MS = 500;

/** Why a run was aborted. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly status: number;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.status = STATUS[signal];
  }
}

export type SignalSource = {
  readonly on: (signal: StopSignal, listener: () => void) => unknown;
  readonly off: (signal: StopSignal, listener: () => void) => unknown;
};

/**
 * Aborts on the first signal, so that the run ends at its next step; on a second one, half a second later or more,
 * `force` ends the process at once. `release` takes the listeners away.
 */
export function stopSignals({
  source,
  nowMs,
  force,
}: {
  readonly source: SignalSource;
  readonly nowMs: () => number;
  readonly force: (status: number) => void;
}): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstMs: number | null = null;
  const listeners = (Object.keys(STATUS) as StopSignal[]).map((name) => {
    const listener = (): void => {
      if (firstMs === null) {
        firstMs = nowMs();
        controller.abort(new Stopped(name));
      } else if (nowMs() - firstMs >= SAME_PRESS_MS) force(STATUS[name]);
    };
    source.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const { name, listener } of listeners) source.off(name, listener);
    },
  };
}
