import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { formatRfc3339 } from '../../../contracts/rfc3339.ts';
import type { ClosedWindow, ExchangeStatus } from '../../../domain/market/exchange-calendar.ts';
import type { EpochMs } from '../../../domain/market/market.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { wireObject } from './known-fields.ts';
import { shardField } from './wire-fields.ts';
import { checkWire, readWire } from './wire-text.ts';

const EASTERN = 'America/New_York';
const THURSDAY = 4;
const PAUSE = { from: 3, to: 5 };
/** Windows of more than this are not those of an exchange that trades around the clock. */
const MAX_WINDOWS = 1_000;

/** A time with a zone, to the millisecond; rounded down. */
const instantField = z
  .string()
  .max(64)
  .transform((text, context): EpochMs => {
    try {
      return Temporal.Instant.from(text).epochMilliseconds;
    } catch {
      context.issues.push({ code: 'custom', message: 'is not a time with a zone', input: text });
      return z.NEVER;
    }
  });

const activity = {
  exchange_active: z.boolean(),
  trading_active: z.boolean(),
};
/** One shard in the status. */
export const SHARD_STATUS = wireObject(
  'ExchangeIndexStatus',
  z.object({ exchange_index: shardField, ...activity }),
  ['description', 'intra_exchange_transfers_active'],
);

export const EXCHANGE_STATUS = wireObject(
  'ExchangeStatus',
  z.object({
    ...activity,
    exchange_estimated_resume_time: instantField.nullish().catch(null),
    exchange_index_statuses: z.array(SHARD_STATUS.schema).max(MAX_WINDOWS).nullish(),
  }),
  ['intra_exchange_transfers_active'],
);

/**
 * The body of `GET /exchange/status`, whatever the HTTP code was: the exchange answers 500, 503 and 504 with it. Only
 * the first two fields are certain.
 */
export function decodeExchangeStatus(
  text: string,
): { readonly kind: 'status'; readonly status: ExchangeStatus } | FrameRefusal {
  const read = readWire(EXCHANGE_STATUS.schema, text, 'exchange status');
  if (read.kind === 'refused') return read;
  const body = read.value;
  return {
    kind: 'status',
    status: {
      exchangeActive: body.exchange_active,
      tradingActive: body.trading_active,
      resumeAtMs: body.exchange_estimated_resume_time ?? null,
      shards: (body.exchange_index_statuses ?? []).map((shard) => ({
        exchangeIndex: shard.exchange_index,
        exchangeActive: shard.exchange_active,
        tradingActive: shard.trading_active,
      })),
    },
  };
}

/** The same body from the exchange's side. */
export function encodeExchangeStatus(status: ExchangeStatus): string {
  return JSON.stringify({
    exchange_active: status.exchangeActive,
    trading_active: status.tradingActive,
    intra_exchange_transfers_active: status.exchangeActive,
    exchange_estimated_resume_time:
      status.resumeAtMs === null ? null : formatRfc3339(status.resumeAtMs),
    exchange_index_statuses: status.shards.map((shard) => ({
      exchange_index: shard.exchangeIndex,
      description: shard.exchangeIndex === 0 ? 'Default' : `Shard ${shard.exchangeIndex}`,
      exchange_active: shard.exchangeActive,
      trading_active: shard.tradingActive,
      intra_exchange_transfers_active: shard.exchangeActive,
    })),
  });
}

const scheduleBody = z.object({
  schedule: z.object({ maintenance_windows: z.array(z.unknown()).max(MAX_WINDOWS).nullish() }),
});
export const MAINTENANCE_WINDOW = wireObject(
  'MaintenanceWindow',
  z
    .object({ start_datetime: instantField, end_datetime: instantField })
    .refine(({ start_datetime, end_datetime }) => start_datetime < end_datetime, {
      message: 'a window that ends before it begins',
    }),
  [],
);

/**
 * The maintenance windows of `GET /exchange/schedule`; a window that cannot be read is told beside those that can. The
 * standard hours are not read: the exchange trades around the clock but for `weeklyPauses`.
 */
export function decodeExchangeSchedule(text: string):
  | {
      readonly kind: 'schedule';
      readonly windows: readonly ClosedWindow[];
      readonly refused: readonly FrameRefusal[];
    }
  | FrameRefusal {
  const read = readWire(scheduleBody, text, 'exchange schedule');
  if (read.kind === 'refused') return read;
  const windows: ClosedWindow[] = [];
  const refused: FrameRefusal[] = [];
  for (const row of read.value.schedule.maintenance_windows ?? []) {
    const checked = checkWire(MAINTENANCE_WINDOW.schema, row, 'maintenance window');
    if (checked.kind === 'refused') refused.push(checked);
    else
      windows.push({
        reason: 'maintenance',
        startMs: checked.value.start_datetime,
        endMs: checked.value.end_datetime,
      });
  }
  return { kind: 'schedule', windows, refused };
}

/** The same body from the exchange's side, with its standard hours as the documentation shows them. */
export function encodeExchangeSchedule(windows: readonly ClosedWindow[]): string {
  const always = [{ open_time: '00:00', close_time: '00:00' }];
  const thursday = [
    { open_time: '00:00', close_time: '03:00' },
    { open_time: '05:00', close_time: '00:00' },
  ];
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  return JSON.stringify({
    schedule: {
      standard_hours: [
        {
          start_time: '2021-01-01T00:00:00Z',
          end_time: '2099-01-01T00:00:00Z',
          ...Object.fromEntries(days.map((day) => [day, day === 'thursday' ? thursday : always])),
        },
      ],
      maintenance_windows: windows
        .filter(({ reason }) => reason === 'maintenance')
        .map(({ startMs, endMs }) => ({
          start_datetime: formatRfc3339(startMs),
          end_datetime: formatRfc3339(endMs),
        })),
    },
  });
}

/** The pauses of trading, Thursdays from 03:00 to 05:00 by the clocks of New York, that touch a span of at most years. */
export function weeklyPauses(span: {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}): readonly ClosedWindow[] {
  const pauses: ClosedWindow[] = [];
  let day = dateAt(span.fromMs).subtract({ days: 1 });
  const last = dateAt(span.toMs);
  day = day.add({ days: (THURSDAY - day.dayOfWeek + 7) % 7 });
  for (
    let weeks = 0;
    weeks < MAX_WINDOWS && Temporal.PlainDate.compare(day, last) <= 0;
    weeks += 1
  ) {
    const pause = {
      reason: 'weekly_pause',
      startMs: easternMs(day, PAUSE.from),
      endMs: easternMs(day, PAUSE.to),
    } as const;
    if (pause.endMs > span.fromMs && pause.startMs <= span.toMs) pauses.push(pause);
    day = day.add({ days: 7 });
  }
  return pauses;
}

function dateAt(timeMs: EpochMs): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(timeMs).toZonedDateTimeISO(EASTERN).toPlainDate();
}

/** Clocks change on Sundays, so an hour of a Thursday exists once. */
function easternMs(day: Temporal.PlainDate, hour: number): EpochMs {
  return day.toZonedDateTime({ timeZone: EASTERN, plainTime: Temporal.PlainTime.from({ hour }) })
    .epochMilliseconds;
}
