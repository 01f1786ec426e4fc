import { Readable } from 'node:stream';
import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { AwsError } from '../../local/cloud/parts/aws-error.ts';
import type { DataApi, DataApiOperation } from '../../local/cloud/parts/data-api.ts';
import type { DatabaseAddress } from '../../shared/adapters/postgres/data-api-database.ts';

const OPERATIONS: Readonly<Record<string, DataApiOperation>> = {
  '/Execute': 'ExecuteStatement',
  '/BatchExecute': 'BatchExecuteStatement',
  '/BeginTransaction': 'BeginTransaction',
  '/CommitTransaction': 'CommitTransaction',
  '/RollbackTransaction': 'RollbackTransaction',
};

type Answer = {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
};

/**
 * The SDK's own client, whose requests reach a Data API of this process without a socket. `before` sees each operation
 * first and may throw what the Data API would answer; `calls` counts them.
 */
export function dataApiClient(
  dataApi: Pick<DataApi, 'call'>,
  before: (operation: DataApiOperation) => void = () => undefined,
): { readonly client: RDSDataClient; readonly calls: () => number } {
  let calls = 0;
  const client = new RDSDataClient({
    region: 'us-east-2',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { readonly path: string; readonly body?: unknown }) => {
        calls += 1;
        const operation = OPERATIONS[request.path];
        if (operation === undefined) throw new Error(`no operation at ${request.path}`);
        try {
          before(operation);
          const asked: unknown = JSON.parse(bodyText(request.body));
          return { response: answer(200, {}, await dataApi.call(operation, asked)) };
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          const { code, message, status } = error;
          return { response: answer(status, { 'x-amzn-errortype': code }, { message }) };
        }
      },
    },
  });
  return { client, calls: () => calls };
}

function bodyText(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}

function answer(statusCode: number, headers: Record<string, string>, body: object): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  };
}

/** Where the stores look: the names mean nothing to a Data API of this process. */
export function addressOf(client: RDSDataClient, database: string): DatabaseAddress {
  return {
    client,
    clusterArn: 'arn:aws:rds:us-east-2:000000000000:cluster:fairline',
    secretArn: 'arn:aws:secretsmanager:us-east-2:000000000000:secret:fairline',
    database,
  };
}
