import type { ReportRequest } from '../../shared/contracts/report-request.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { LocalCloud } from '../cloud/local-cloud.ts';

const LOOK_MS = 50;

/** The day could not be closed, and there is no report; the message says why. What was traded is kept. */
export class DayNotClosed extends Error {
  override readonly name = 'DayNotClosed';
}

/** The same machine that closes each day in an account. Throws `DayNotClosed`. */
export async function closeDay(
  { cloud }: { readonly cloud: Pick<LocalCloud, 'stateMachines'> },
  timers: Timers,
  request: ReportRequest,
  signal: AbortSignal,
): Promise<void> {
  const started = cloud.stateMachines.startExecution({
    machine: 'daily-close',
    name: `${request.runId}-${timers.nowMs()}`,
    input: request,
  });
  invariant(started.kind === 'started', 'an execution has a name of its own');
  for (;;) {
    signal.throwIfAborted();
    const execution = cloud.stateMachines.describe(started.arn);
    invariant(execution !== null, 'an execution that was started is known');
    if (execution.status === 'SUCCEEDED') return;
    if (execution.status !== 'RUNNING')
      throw new DayNotClosed(
        `the daily close ${execution.status.toLowerCase().replaceAll('_', ' ')}: ${execution.error ?? ''} ${execution.cause ?? ''}. Everything is kept: the same command tries it again.`,
      );
    await timers.sleep(LOOK_MS);
  }
}
