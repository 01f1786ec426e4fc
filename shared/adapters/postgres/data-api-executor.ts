import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  RollbackTransactionCommand,
  type Field,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { DatabaseAddress } from './data-api-database.ts';
import { retryWhileResuming } from './retry-while-resuming.ts';
import type { SqlExecutor, SqlRow, SqlValue } from './sql-executor.ts';

/**
 * Statements over the Data API. Strings travel without a type, so a statement casts what is not text. `$1` becomes the
 * named parameter that the Data API wants, only in statements that are given values.
 */
export function dataApiExecutor({
  client,
  clusterArn,
  secretArn,
  database,
}: DatabaseAddress): SqlExecutor {
  retryWhileResuming(client);
  const address = { resourceArn: clusterArn, secretArn, database };

  const queryIn =
    (transactionId?: string): SqlExecutor['query'] =>
    async (statement, values = []) => {
      const answer = await client.send(
        new ExecuteStatementCommand({
          ...address,
          ...(transactionId === undefined ? {} : { transactionId }),
          sql: values.length === 0 ? statement : statement.replaceAll(/\$(\d+)/g, ':p$1'),
          parameters: values.map(parameter),
          includeResultMetadata: true,
        }),
      );
      const names = (answer.columnMetadata ?? []).map(({ name }) => name ?? '');
      return (answer.records ?? []).map((record) => rowOf(names, record));
    };

  return {
    query: queryIn(),
    transaction: async (run) => {
      const { transactionId } = await client.send(new BeginTransactionCommand(address));
      if (transactionId === undefined) throw new Error('the Data API began no transaction');
      const end = { resourceArn: clusterArn, secretArn, transactionId };
      try {
        const result = await run({ query: queryIn(transactionId) });
        await client.send(new CommitTransactionCommand(end));
        return result;
      } catch (error) {
        // The first error says more; a transaction that nobody ends is rolled back by the Data API.
        await client.send(new RollbackTransactionCommand(end)).catch(() => undefined);
        throw error;
      }
    },
  };
}

function parameter(value: SqlValue, index: number): SqlParameter {
  return { name: `p${index + 1}`, value: fieldOf(value) };
}

function fieldOf(value: SqlValue): Field {
  if (value === null) return { isNull: true };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  return Number.isSafeInteger(value) ? { longValue: value } : { doubleValue: value };
}

function rowOf(names: readonly string[], record: readonly Field[]): SqlRow {
  return Object.fromEntries(record.map((field, index) => [names[index] ?? '', valueOf(field)]));
}

function valueOf(field: Field): unknown {
  if (field.isNull === true) return null;
  return field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
}
