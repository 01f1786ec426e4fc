import * as z from 'zod';
import { parseRfc3339 } from '../../../contracts/rfc3339.ts';
import type { BookSide } from '../../../domain/execution/intent.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import { parseContracts, type Contracts } from '../../../domain/money/contracts.ts';
import { parseScaled } from '../../../domain/money/decimal-text.ts';
import { MICROS_PER_CENT, money, parseMoney, type Money } from '../../../domain/money/money.ts';
import { ONE_DOLLAR, parsePrice, type Price } from '../../../domain/money/price.ts';

/**
 * Fields of the exchange's JSON (docs.kalshi.com, "Fixed-Point Representation"): prices and counts are decimal texts,
 * and a JSON number in their place is refused. More digits than our scale holds are refused, never rounded.
 */

/** Longest text that an id or a ticker may have; more is not the exchange's. */
const MAX_NAME_LENGTH = 200;
/** 10 billion contracts: beyond any book, and far enough below 2^53 to add up. */
const MAX_UNITS = 1e12;
/** Cents whose micros stay exact. */
const MAX_CENTS = 1e11;

function decimalField<T extends number>(what: string, parse: (text: string) => T | object) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (typeof value === 'number') return value;
    context.issues.push({
      code: 'custom',
      message: `${JSON.stringify(text.slice(0, 40))} is not ${what}`,
      input: text,
    });
    return z.NEVER;
  });
}

export const nameField = z.string().min(1).max(MAX_NAME_LENGTH);

/** The number of a shard. */
export const shardField = z.number().int().min(0).max(1_000);

/** A price from 0 to 1 dollar: where 0 and 1 stand for "none". */
export const priceField = decimalField<Price>('a price in dollars', parsePrice);

/** A price at which something can rest or trade: strictly between 0 and 1 dollar. */
export const openPriceField = decimalField<Price>(
  'a price strictly between 0 and 1 dollar',
  (text) => {
    const value = parsePrice(text);
    return typeof value === 'number' && (value === 0 || value === ONE_DOLLAR) ? {} : value;
  },
);

export const countField = decimalField<Contracts>('a count of contracts', (text) => {
  const value = parseContracts(text);
  return typeof value === 'number' && value > MAX_UNITS ? {} : value;
});

/** A signed count, in 1e-2 contracts. */
export const signedCountField = decimalField<number>('a signed count of contracts', parseSigned);

export function parseSigned(text: string): number | object {
  const value = parseScaled(text, 2);
  return typeof value === 'number' && Math.abs(value) > MAX_UNITS ? {} : value;
}

export const dollarsField = decimalField<Money>('dollars', parseMoney);

/** One of the fields that are still whole cents (balance, revenue, value). */
export const centsField = z
  .number()
  .int()
  .min(-MAX_CENTS)
  .max(MAX_CENTS)
  .transform((cents): Money => money(cents * MICROS_PER_CENT));

export const rfc3339Field = decimalField<EpochMs>('a time in UTC', (text) => parseRfc3339(text));

export const epochMsField = z.number().int().min(0).max(8.64e15);

export const epochSecondsField = z
  .number()
  .int()
  .min(0)
  .max(8.64e12)
  .transform((seconds): EpochMs => seconds * 1_000);

/**
 * The direction of a trade or an order, under its present names; each says it all, so that one in a word that is not
 * known leaves it to the other. `side` and `action` are deprecated and not read.
 */
export const directionFields = {
  book_side: z.enum(['bid', 'ask']).nullish().catch(null),
  outcome_side: z.enum(['yes', 'no']).nullish().catch(null),
};

/** Long YES is a bid, long NO an ask; null when neither field was there. */
export function bookSideFrom(fields: {
  readonly book_side?: BookSide | null | undefined;
  readonly outcome_side?: 'yes' | 'no' | null | undefined;
}): BookSide | null {
  const told = fields.book_side ?? null;
  const byOutcome = { yes: 'bid', no: 'ask' } as const;
  const outcome = fields.outcome_side ?? null;
  const implied = outcome === null ? null : byOutcome[outcome];
  // Two that say the opposite say nothing.
  return told !== null && implied !== null && told !== implied ? null : (told ?? implied);
}

/** One stretch of a market's grid of prices; it is not empty and has a step. */
export const priceRangeField = z
  .object({ start: priceField, end: priceField, step: priceField })
  .refine(({ start, end, step }) => start < end && step > 0, {
    message: 'a price range that is empty or without a step',
  });

/** The grid of a market's prices (docs.kalshi.com, "Fixed-Point Representation"). */
export const priceRangesField = z.array(priceRangeField).max(1_000);

/** For fields that the exchange leaves empty where it has nothing to say. */
export function noneWhenEmpty(value: unknown): unknown {
  return value === '' ? null : value;
}
