import { expect } from 'vitest';

/** `expect(actual).toBe(wanted)` where it is asked hundreds of thousands of times: what holds costs nothing. */
export function same(actual: unknown, wanted: unknown): void {
  if (!Object.is(actual, wanted)) expect(actual).toBe(wanted);
}

/** `expect(actual).toBeGreaterThanOrEqual(least)`, as cheap while it holds. */
export function atLeast(actual: number | undefined, least: number): void {
  if (actual === undefined || !(actual >= least)) expect(actual).toBeGreaterThanOrEqual(least);
}
