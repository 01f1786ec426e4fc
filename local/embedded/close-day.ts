import type { ReportRequest } from '../../shared/contracts/report-request.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import type { EmbeddedAccount } from './embedded-account.ts';

const LOOK_MS = 50;

/** The same machine that closes each day in an account. */
export async function closeDay(
  { cloud }: EmbeddedAccount,
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
      throw new Error(
        `the daily close ${execution.status.toLowerCase()}: ${execution.error ?? ''} ${execution.cause ?? ''}`,
      );
    await timers.sleep(LOOK_MS);
  }
}
