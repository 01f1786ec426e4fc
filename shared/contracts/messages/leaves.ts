import * as z from 'zod';
import type { Contracts } from '../../domain/money/contracts.ts';
import type { Money } from '../../domain/money/money.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money/price.ts';
import type { Probability } from '../../domain/money/probability.ts';

/** A number of one unit. The brand says what the bounds have checked. */
function unit<T extends number>(schema: z.ZodType<number>): z.ZodType<T> {
  return schema as z.ZodType<T>;
}

export const whole = z.int().min(0);
export const epochMs = z.int().min(0);
export const text = z.string();
export const name = z.string().min(1);
export const price = unit<Price>(z.int().min(0).max(ONE_DOLLAR));
export const contracts = unit<Contracts>(z.int().min(0));
export const money = unit<Money>(z.int());
export const probability = unit<Probability>(z.number().min(0).max(1));
/** Any finite float64. */
export const float = z.number();

/** One of a closed list of words. The type demands each word of `T` and no other, so that a new word cannot be forgotten. */
export function word<T extends string>(
  words: Readonly<Record<T, true>>,
): z.ZodEnum<{ [W in T]: W }> {
  return z.enum(Object.keys(words) as T[]);
}

export const leg = word<'yes' | 'no'>({ yes: true, no: true });
export const bookSide = word<'bid' | 'ask'>({ bid: true, ask: true });
export const gameOutcome = word<'home' | 'away' | 'draw'>({ home: true, away: true, draw: true });
