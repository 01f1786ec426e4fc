/** A bug in Fairline, never a refusal and never a failure of the world. Caught only at a composition root. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Asserts what must hold; `why` says why it must. */
export function invariant(condition: boolean, why: string): asserts condition {
  if (!condition) throw new InvariantViolation(why);
}

/** Closes an exhaustive chain: reaching it is a bug. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`unreachable value ${JSON.stringify(value)}`);
}
