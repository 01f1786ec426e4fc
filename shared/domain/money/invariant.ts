/** A bug in Fairline, never a refusal and never a failure of the world. Caught only at a composition root. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Asserts what must hold; `why` says why it must, and is a function where making the text on each call would cost. */
export function invariant(condition: boolean, why: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantViolation(typeof why === 'string' ? why : why());
}

/** Closes an exhaustive chain: reaching it is a bug. */
export function unreachable(value: never): never {
  throw new InvariantViolation(`unreachable value ${JSON.stringify(value)}`);
}
