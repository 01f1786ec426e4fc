import { SkipDigest } from '../../shared/application/score-edges.ts';
import { sqsClient } from '../runtime/compose-clients.ts';
import { composeConfig, MACHINE_CLOCK } from '../runtime/compose-config.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import { historyQueue, signalQueue } from '../runtime/compose-queues.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { scoreEdgesHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('score-edges', environment);
  const telemetry = composeTelemetry('score-edges', host);
  const client = sqsClient();
  return observed(
    telemetry,
    scoreEdgesHandler({
      config: composeConfig(variable).trading,
      signals: signalQueue(client, variable('INTENTS_QUEUE_URL')),
      history: historyQueue(client, variable('HISTORY_QUEUE_URL')),
      skipDigest: new SkipDigest(),
      clock: MACHINE_CLOCK,
      telemetry,
    }),
  );
}

export const handler = lambdaEntry(compose);
