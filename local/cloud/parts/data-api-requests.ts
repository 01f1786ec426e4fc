import * as z from 'zod';
import { AwsError } from './aws-error.ts';
import { parameterSchema } from './data-api-parameters.ts';

/** The longest statement that the Data API takes, in characters. */
const SQL_LIMIT = 65_536;

const target = {
  resourceArn: z.string().regex(/^arn:[\w-]+:rds:[\w-]*:\d{12}:cluster:.+$/, 'no ARN of a cluster'),
  secretArn: z
    .string()
    .regex(/^arn:[\w-]+:secretsmanager:[\w-]*:\d{12}:secret:.+$/, 'no ARN of a secret'),
};
const sql = z.string().min(1).max(SQL_LIMIT);
const database = z.string().nullish();
const transactionId = z.string().nullish();

export const executeSchema = z.looseObject({
  ...target,
  sql,
  database,
  transactionId,
  parameters: z.array(parameterSchema).nullish(),
  includeResultMetadata: z.boolean().nullish(),
  formatRecordsAs: z.enum(['NONE', 'JSON']).nullish(),
  resultSetOptions: z
    .looseObject({
      decimalReturnType: z.enum(['STRING', 'DOUBLE_OR_LONG']).nullish(),
      longReturnType: z.enum(['STRING', 'LONG']).nullish(),
    })
    .nullish(),
  continueAfterTimeout: z
    .literal(false, 'continueAfterTimeout is not part of the local Data API')
    .nullish(),
});
export type ExecuteRequest = z.infer<typeof executeSchema>;

export const batchSchema = z.looseObject({
  ...target,
  sql,
  database,
  transactionId,
  parameterSets: z.array(z.array(parameterSchema)).nullish(),
});

export const beginSchema = z.looseObject({ ...target, database });

export const endSchema = z.looseObject({ ...target, transactionId: z.string().min(1) });

/** The request, or BadRequestException with what is wrong with it. */
export function parseRequest<T>(schema: z.ZodType<T>, request: unknown): T {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new AwsError('BadRequestException', `The request is not valid: ${wrong.join('; ')}`);
}
