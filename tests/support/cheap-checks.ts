import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** `expect(actual).toBe(wanted)` where it is asked hundreds of thousands of times: what holds costs nothing. */
export function same(actual: unknown, wanted: unknown): void {
  if (!Object.is(actual, wanted)) expect(actual).toBe(wanted);
}

/** `expect(actual).toBeGreaterThanOrEqual(least)`, as cheap while it holds. */
export function atLeast(actual: number | undefined, least: number): void {
  if (actual === undefined || !(actual >= least)) expect(actual).toBeGreaterThanOrEqual(least);
}

/** `expect(actual).toEqual(wanted)` for what is large and nearly always equal. */
export function alike(actual: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(actual, wanted)) expect(actual).toStrictEqual(wanted);
}
