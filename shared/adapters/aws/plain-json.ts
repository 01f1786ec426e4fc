import { invariant } from '../../domain/money/invariant.ts';

/**
 * JSON text that reads back as the same value: finite numbers (minus zero becomes 0), texts, flags, null, lists and
 * plain objects; a member that is undefined is left out. Anything else would come back as something else, and is a bug.
 */
export function plainJson(value: unknown): string {
  requirePlain(value);
  return JSON.stringify(value);
}

function requirePlain(value: unknown): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    invariant(Number.isFinite(value), `stored values hold finite numbers, not ${value}`);
    return;
  }
  invariant(typeof value === 'object', `stored values are plain, not ${typeof value}`);
  if (Array.isArray(value)) {
    for (const element of value) requirePlain(element);
    return;
  }
  invariant(
    Object.getPrototypeOf(value) === Object.prototype,
    'stored values hold plain objects, no instance of a class',
  );
  for (const member of Object.values(value)) if (member !== undefined) requirePlain(member);
}
