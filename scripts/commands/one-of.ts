import { UsageError } from '../usage-error.ts';

/** The option's value when it is one of the allowed words. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found !== undefined) return found;
  throw new UsageError({
    what: `${option} is "${value}".`,
    allowed: allowed.join(', '),
    todo: `Give one of them: ${option} ${allowed[0]}`,
  });
}
