import { S3Client } from '@aws-sdk/client-s3';
import { S3Objects } from '../../shared/adapters/aws/s3-objects.ts';
import { PostgresGameRecords } from '../../shared/adapters/postgres/postgres-game-records.ts';
import { composeConfig, MACHINE_CLOCK } from '../runtime/compose-config.ts';
import { composeDatabase } from '../runtime/compose-database.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { reviewDataHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('review-data', environment);
  const telemetry = composeTelemetry('review-data', host);
  return observed(
    telemetry,
    reviewDataHandler({
      records: new PostgresGameRecords(composeDatabase(variable)),
      objects: new S3Objects({
        client: new S3Client({ maxAttempts: 3 }),
        bucket: variable('REPORTS_BUCKET'),
      }),
      clock: MACHINE_CLOCK,
      leagues: composeConfig(variable).domain.feeds.leagues,
      telemetry,
    }),
  );
}

export const handler = lambdaEntry(compose);
