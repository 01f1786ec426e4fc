import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoHotStore } from '../../shared/adapters/aws/dynamo-hot-store.ts';
import { SnsAlerts } from '../../shared/adapters/aws/sns-alerts.ts';
import { dynamoClient } from '../runtime/compose-clients.ts';
import { MACHINE_CLOCK } from '../runtime/compose-config.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { watchdogHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('watchdog', environment);
  const telemetry = composeTelemetry('watchdog', host);
  return observed(
    telemetry,
    watchdogHandler({
      store: new DynamoHotStore({
        client: dynamoClient(),
        tablePrefix: variable('TABLE_PREFIX'),
      }),
      alerts: new SnsAlerts({
        client: new SNSClient({ maxAttempts: 3 }),
        topicArn: variable('ALERTS_TOPIC_ARN'),
      }),
      clock: MACHINE_CLOCK,
      telemetry,
    }),
  );
}

export const handler = lambdaEntry(compose);
