import type { ClientBase } from 'pg';
import type { SqlExecutor } from './sql-executor.ts';

/** Statements over a connection of `pg`. One transaction at a time: a connection has no more. */
export function pgExecutor(client: ClientBase): SqlExecutor {
  const query: SqlExecutor['query'] = async (statement, values = []) =>
    (await client.query<Record<string, unknown>>(statement, [...values])).rows;
  return {
    query,
    transaction: async (run) => {
      await query('begin');
      try {
        const result = await run({ query });
        await query('commit');
        return result;
      } catch (error) {
        await query('rollback').catch(() => undefined); // The first error says more.
        throw error;
      }
    },
  };
}
