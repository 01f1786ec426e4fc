/** A failure inside a machine, with the names that Retry and Catch look at. Not a bug of ours. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string;
  readonly causeText: string;

  constructor(error: string, causeText: string) {
    super(`${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** A machine that cannot be run here: what is wrong, and in which state and field. */
export class MachineRefusal extends Error {
  override readonly name = 'MachineRefusal';
}

/**
 * Whether an error is one of those that a Retry or Catch names. States.ALL takes all that a machine may handle,
 * States.TaskFailed every failure of a task but its timeout ("Handling errors in Step Functions workflows").
 */
export function isOneOf(error: string, names: readonly string[]): boolean {
  if (names.includes(error)) return true;
  if (UNHANDLED.has(error)) return false;
  if (names.includes('States.ALL')) return true;
  return (
    names.includes('States.TaskFailed') && error !== 'States.Timeout' && !isOfTheMachine(error)
  );
}

/** Only their own names catch these. */
const UNHANDLED: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);

function isOfTheMachine(error: string): boolean {
  return error.startsWith('States.') && error !== 'States.TaskFailed';
}
