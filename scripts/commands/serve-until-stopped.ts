import type { Timers } from '../../shared/ports/timers.ts';
import { stopSignals, type SignalSource } from '../stop-signals.ts';
import type { Output } from '../terminal-view.ts';

/** What a command that serves until it is stopped is given of its process. */
export type ServingProcess = {
  readonly stdout: Output;
  readonly signals: SignalSource;
  readonly nowMs: () => number;
  readonly exit: (status: number) => void;
};

/** What a venue that is served alone runs with. */
export type Serving = {
  readonly timers: Timers;
  readonly write: (text: string) => void;
  /** Ends it: a signal came, or one of its timers failed. */
  readonly signal: AbortSignal;
};

/** Serves until the process is told to stop, and resolves to the exit status. Throws what the venue or a timer throws. */
export async function serveUntilStopped(
  process: ServingProcess,
  serve: (serving: Serving) => Promise<void>,
): Promise<number> {
  const { MachineTimers } = await import('../../shared/adapters/machine/machine-timers.ts');
  const { signals: source, nowMs, exit: force, stdout } = process;
  const stop = stopSignals({ source, nowMs, force });
  const failure = new AbortController();
  const timers = new MachineTimers({ onError: (error: unknown) => failure.abort(error) });
  try {
    await serve({
      timers,
      write: (text) => stdout.write(text),
      signal: AbortSignal.any([stop.signal, failure.signal]),
    });
    failure.signal.throwIfAborted();
    return 0;
  } finally {
    timers.close();
    stop.release();
  }
}
