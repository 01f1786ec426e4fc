import type { DataApi, DataApiOperation } from '../parts/data-api.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { Service } from './http-call.ts';
import { parseJson } from './json-service.ts';

/** The RDS Data API's paths. */
export const RDS_DATA_PATHS: Readonly<Record<string, DataApiOperation>> = {
  '/Execute': 'ExecuteStatement',
  '/BatchExecute': 'BatchExecuteStatement',
  '/BeginTransaction': 'BeginTransaction',
  '/CommitTransaction': 'CommitTransaction',
  '/RollbackTransaction': 'RollbackTransaction',
};

/** The RDS Data API by REST and JSON. */
export function rdsDataService(dataApi: DataApi | null): Service {
  return {
    answer: async ({ path, body }) => {
      const operation = Object.hasOwn(RDS_DATA_PATHS, path) ? RDS_DATA_PATHS[path] : undefined;
      if (operation === undefined)
        throw new AwsError('NotFoundException', `The RDS Data API has no ${path}.`, 404);
      if (dataApi === null)
        throw new AwsError(
          'HttpEndpointNotEnabledException',
          'The local cloud was started without a database.',
        );
      const output = await dataApi.call(operation, parseJson(body));
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(output),
      };
    },
    refuse: ({ code, message, status }) => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
      body: JSON.stringify({ message }),
    }),
  };
}
