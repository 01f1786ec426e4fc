export type SqlValue = string | number | boolean | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Runs single statements, with `$1`, `$2` … for values. What goes wrong is thrown as the driver throws it. */
export interface SqlExecutor {
  query(statement: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** All statements of `run` happen, or none of them. */
  transaction<T>(run: (inside: Pick<SqlExecutor, 'query'>) => Promise<T>): Promise<T>;
}
