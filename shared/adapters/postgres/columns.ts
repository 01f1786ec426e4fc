import { bigint, customType } from 'drizzle-orm/pg-core';
import { sql, type AnyColumn, type SQL } from 'drizzle-orm';
import type { EpochMs } from '../../domain/market/market.ts';

/**
 * A timestamptz that is written from epoch milliseconds. It is read back through `epochMs`, since the text in which a
 * driver gives a time differs from one to the next.
 */
export const instant = customType<{ data: EpochMs; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  toDriver: (value) => new Date(value).toISOString(),
});

/** A bigint that holds integers up to 2^53: amounts, counts, generations. */
export const integer53 = <const Name extends string>(name: Name) =>
  bigint(name, { mode: 'number' });

/** Epoch milliseconds of a timestamptz column, exact; null stays null. */
export function epochMs(column: AnyColumn): SQL<number> {
  return sql<number>`cast(extract(epoch from ${column}) * 1000 as bigint)`.mapWith(Number);
}

/** As `epochMs`, of a column that may be null. */
export function epochMsOrNull(column: AnyColumn): SQL<number | null> {
  return sql<number | null>`cast(extract(epoch from ${column}) * 1000 as bigint)`.mapWith(
    (value: unknown) => (value === null ? null : Number(value)),
  );
}
