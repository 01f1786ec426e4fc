/** What went wrong between us and the database, in words for whoever runs it. */
export type DatabaseProblemCode =
  /** It did not answer, is still waking up, or refused us: the same call may succeed later. */
  | 'unavailable'
  /** It refused what was asked: a rule of a table, a number out of range, a statement that it cannot read. */
  | 'refused'
  /** A migration is not as it was when it was applied. */
  | 'migration_changed'
  /** A migration is missing between others, here or in the database. */
  | 'migration_gap'
  /** The database knows migrations that this version does not. */
  | 'migration_unknown'
  /** A statement of a migration failed; nothing of that migration remains. */
  | 'migration_failed';

/**
 * Thrown by what talks to the database. Of a call that was refused nothing was kept; after `unavailable` it may have
 * been, and doing the same again is safe.
 */
export class DatabaseProblem extends Error {
  override readonly name = 'DatabaseProblem';
  readonly code: DatabaseProblemCode;

  constructor(code: DatabaseProblemCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** SQL states of a database that is not there now: connection, resources, shutdown, deadlock and serialization. */
const PASSING_STATES = /^(08|53|57P|58|40)/;

/**
 * What a driver's error means. Drizzle wraps it in one that carries the whole statement with its values; what we show
 * and log is the database's own words.
 */
export function databaseProblem(doing: string, thrown: unknown): DatabaseProblem {
  if (thrown instanceof DatabaseProblem) return thrown;
  const error = innermost(thrown);
  const state = sqlState(error);
  const refused = state === null ? isOurMistake(error) : !PASSING_STATES.test(state);
  const words = error instanceof Error ? error.message || error.name : String(error);
  return refused
    ? new DatabaseProblem('refused', `${doing}: the database refused it: ${words}`, error)
    : new DatabaseProblem(
        'unavailable',
        `${doing}: the database does not answer: ${words}. Do the same again when it is up.`,
        error,
      );
}

const MOST_CAUSES = 8;

function innermost(thrown: unknown): unknown {
  let error = thrown;
  for (let depth = 0; depth < MOST_CAUSES; depth += 1) {
    if (!(error instanceof Error) || !(error.cause instanceof Error)) return error;
    error = error.cause;
  }
  return error;
}

/** The five characters of SQLSTATE: a property in `pg`, the end of the message in the Data API. */
function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code))
    return error.code;
  return /SQLState: ([0-9A-Z]{5})/i.exec(error.message)?.[1] ?? null;
}

/** What the Data API says of a request that will never do, whatever the state of the database. */
const MISTAKES: readonly string[] = [
  'BadRequestException',
  'ValidationException',
  'DatabaseErrorException',
  'UnsupportedResultException',
];

function isOurMistake(error: unknown): boolean {
  return error instanceof Error && MISTAKES.includes(error.name);
}

/** Runs a call to the database; what it throws becomes a {@link DatabaseProblem}. */
export async function asking<T>(doing: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw databaseProblem(doing, error);
  }
}
