import { S3Client } from '@aws-sdk/client-s3';
import { S3Objects } from '../../shared/adapters/aws/s3-objects.ts';
import { PostgresGameRecords } from '../../shared/adapters/postgres/postgres-game-records.ts';
import { PostgresHistoryStore } from '../../shared/adapters/postgres/postgres-history-store.ts';
import { PostgresJournalStore } from '../../shared/adapters/postgres/postgres-journal-store.ts';
import { PostgresLedgerStore } from '../../shared/adapters/postgres/postgres-ledger-store.ts';
import { FAIRLINE_VERSION } from '../../shared/contracts/fairline-version.ts';
import { dynamoClient } from '../runtime/compose-clients.ts';
import { composeConfig, MACHINE_CLOCK, type ComposedConfig } from '../runtime/compose-config.ts';
import { composeDatabase } from '../runtime/compose-database.ts';
import { composeTelemetry, observed, type FunctionHost } from '../runtime/compose-host.ts';
import { composeStores } from '../runtime/compose-trading.ts';
import {
  processEnvironment,
  type Environment,
} from '../../shared/contracts/environment/read-environment.ts';
import { lambdaEntry } from '../runtime/lambda-entry.ts';
import { buildReportHandler } from './handler.ts';

export function compose(environment: Environment, host: FunctionHost = {}) {
  const variable = processEnvironment('build-report', environment);
  const telemetry = composeTelemetry('build-report', host);
  const database = composeDatabase(variable);
  return observed(
    telemetry,
    buildReportHandler({
      sources: {
        ...composeStores(dynamoClient(), variable('TABLE_PREFIX')),
        ledger: new PostgresLedgerStore(database),
        journal: new PostgresJournalStore(database),
        history: new PostgresHistoryStore(database),
        records: new PostgresGameRecords(database),
      },
      objects: new S3Objects({
        client: new S3Client({ maxAttempts: 3 }),
        bucket: variable('REPORTS_BUCKET'),
      }),
      clock: MACHINE_CLOCK,
      fingerprints: fingerprintsOf(composeConfig(variable)),
      telemetry,
      // Charts take longer to load than everything else together: only who draws waits for them.
      render: async (record, summary) => {
        const { renderReport } = await import('../../shared/adapters/html-report/render-report.ts');
        return renderReport(record, summary);
      },
    }),
  );
}

function fingerprintsOf({ domain, fingerprint }: ComposedConfig) {
  const { strategy, stage } = domain;
  return {
    fairline: FAIRLINE_VERSION,
    commit: null,
    branch: null,
    config: fingerprint,
    strategy: `${strategy.name}@${strategy.version}`,
    model: null,
    stage,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

export const handler = lambdaEntry(compose);
