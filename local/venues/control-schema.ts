import * as z from 'zod';
import { PRICE_LEVEL_STRUCTURES } from '../../shared/domain/market/tick-grid.ts';
import { TIERS } from '../../shared/simulator/exchange/rate-limiter.ts';
import { SERVER_ERRORS } from './request-faults.ts';

/** The channels that a fault of frames may be narrowed to. */
const CHANNELS = [
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'user_orders',
  'market_positions',
  'market_lifecycle_v2',
  'order_group_updates',
] as const;

const wait = z.int().min(0).max(31_536_000_000);
/** So often; 0 is never, null is without end. */
const count = z.int().min(1).max(1_000_000).nullable();
const terms = {
  count: count.optional(),
  probability: z.number().min(0).max(1).default(1),
};
const ofRequests = {
  ...terms,
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).nullable().default(null),
  path: z.string().startsWith('/').max(300).nullable().default(null),
  forMs: wait.nullable().default(null),
};
const connection = z.int().min(1).nullable().default(null);
const channel = z.enum(CHANNELS).nullable().default(null);
const ofFrames = { ...terms, channel, connection, forMs: wait.nullable().default(null) };
/** These last, so that `forMs` is how long each of them does. */
const ofConnections = { ...terms, connection };
const applied = z.boolean().default(false);
const text = z.string().max(300);

/** Faults that meet requests. */
export const requestFaultSchema = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('too_many_requests'), ...ofRequests }),
  z.strictObject({
    fault: z.literal('server_error'),
    status: z.literal(SERVER_ERRORS).default(503),
    body: z.enum(['html', 'empty', 'json']).default('html'),
    applied,
    ...ofRequests,
  }),
  z.strictObject({ fault: z.literal('timeout'), applied, ...ofRequests }),
  z.strictObject({ fault: z.literal('reset'), applied, ...ofRequests }),
  z.strictObject({ fault: z.literal('slow'), delayMs: wait, ...ofRequests }),
  z.strictObject({ fault: z.literal('empty_success'), ...ofRequests }),
  z.strictObject({ fault: z.literal('no_order_id'), ...ofRequests }),
  z.strictObject({ fault: z.literal('other_order'), ...ofRequests }),
  z.strictObject({ fault: z.literal('conflict'), applied, ...ofRequests }),
  z.strictObject({
    fault: z.literal('refusal'),
    status: z.int().min(400).max(499),
    code: text.min(1),
    message: text.default('refused'),
    details: text.nullable().default(null),
    ...ofRequests,
  }),
  z.strictObject({
    fault: z.literal('shard_refusal'),
    as: z.enum(['insufficient_shard_balance', 'user_not_found', 'market_not_found']),
    ...ofRequests,
  }),
  z.strictObject({ fault: z.literal('maintenance'), ...ofRequests }),
]);
export type AskedRequestFault = z.infer<typeof requestFaultSchema>;

/** Faults that meet frames and connections of the stream. */
export const frameFaultSchema = z.discriminatedUnion('fault', [
  z.strictObject({ fault: z.literal('duplicate'), ...ofFrames }),
  z.strictObject({ fault: z.literal('gap'), ...ofFrames }),
  z.strictObject({ fault: z.literal('missed_user_message'), ...ofFrames }),
  z.strictObject({
    fault: z.literal('subscription_error'),
    code: z.literal([10, 25]),
    ...ofFrames,
  }),
  z.strictObject({
    fault: z.literal('malformed'),
    as: z.enum(['cut', 'extra']).default('extra'),
    ...ofFrames,
  }),
  z.strictObject({
    fault: z.literal('oversized'),
    bytes: z.int().min(100).max(64_000_000),
    ...ofFrames,
  }),
  z.strictObject({ fault: z.literal('binary'), ...ofFrames }),
  z.strictObject({
    fault: z.literal('silence'),
    forMs: wait,
    pings: z.boolean().default(true),
    ...ofConnections,
  }),
  z.strictObject({
    fault: z.literal('lag'),
    growthMsPerS: z.number().positive().max(1_000),
    mostMs: wait.default(20_000),
    forMs: wait,
    ...ofConnections,
  }),
  z.strictObject({ fault: z.literal('drop'), ...ofConnections }),
  z.strictObject({
    fault: z.literal('close'),
    code: z.int().min(1_000).max(4_999),
    reason: z.string().max(100).default(''),
    ...ofConnections,
  }),
]);
export type AskedFrameFault = z.infer<typeof frameFaultSchema>;

export const clockSkewSchema = z.strictObject({
  fault: z.literal('clock_skew'),
  skewMs: z.int().min(-86_400_000).max(86_400_000),
  forMs: wait.nullable().default(null),
});

const namesOf = (
  options: readonly { readonly shape: { readonly fault: z.ZodLiteral<string> } }[],
) => options.map(({ shape }) => shape.fault.value);
export const REQUEST_FAULTS: readonly string[] = namesOf(requestFaultSchema.options);
export const FRAME_FAULTS: readonly string[] = namesOf(frameFaultSchema.options);

export const clockSchema = z.union([
  z.strictObject({ advanceMs: z.int().min(0).max(31_536_000_000) }),
  z.strictObject({ rate: z.number().min(0).max(100_000) }),
]);

const shard = z.int().min(0).max(15);
export const pauseSchema = z.strictObject({
  pause: z.enum(['none', 'trading', 'exchange']),
  /** Null is every shard. */
  exchangeIndex: shard.nullable().default(null),
  resumesInMs: wait.nullable().default(null),
  /** With which the status of the exchange is told meanwhile. */
  statusCode: z.literal([200, 500, 503, 504]).default(200),
});
export const scheduleSchema = z.strictObject({ thursdayPause: z.boolean() });
/** What the schedule announces. */
export const maintenanceSchema = z.strictObject({
  windows: z
    .array(z.strictObject({ startsInMs: z.int().min(-86_400_000), lastsMs: wait.min(1) }))
    .max(20),
});

export const readLagSchema = z
  .strictObject({ minMs: z.int().min(0).max(600_000), maxMs: z.int().min(0).max(600_000) })
  .refine(({ minMs, maxMs }) => minMs <= maxMs, 'minMs is at most maxMs');

const account = z.string().min(1).max(100).optional();
const TIER_NAMES = Object.values(TIERS).map(({ tier }) => tier);
export const tierSchema = z.strictObject({ account, tier: z.enum(TIER_NAMES) });

export const depositSchema = z.strictObject({
  account,
  exchangeIndex: shard.default(0),
  /** Whole cents at the least. */
  dollars: z.number().positive().max(100_000_000),
});

/** Null: nobody asks where the account's owner is. Zero or less: it has lapsed. */
export const attestationSchema = z.strictObject({
  account,
  expiresInMs: z.int().min(-31_536_000_000).max(31_536_000_000).nullable(),
});
export const shardRefusalSchema = z.strictObject({
  as: z.enum(['insufficient_shard_balance', 'user_not_found', 'market_not_found']).nullable(),
});
export const answersSchema = z.strictObject({
  fillOrKill: z.enum(['accepted_unfilled', 'refused']).optional(),
  postOnlyCross: z.enum(['refused', 'accepted_cancelled']).optional(),
});
export const transferTimeSchema = z.strictObject({ ms: wait });

const STRUCTURES = z.literal(
  Object.keys(PRICE_LEVEL_STRUCTURES) as (keyof typeof PRICE_LEVEL_STRUCTURES)[],
);
export const newMarketSchema = z.strictObject({
  ticker: z
    .string()
    .regex(
      /^[A-Z0-9][A-Z0-9.-]{2,80}$/,
      'capital letters, digits, dots and dashes, such as KXMINE-1-YES',
    ),
  title: z.string().max(200).optional(),
  exchangeIndex: shard.default(0),
  /** From now. */
  opensInMs: wait.default(0),
  closesInMs: wait.default(86_400_000),
  settlementTimerMs: wait.default(60_000),
  structure: STRUCTURES.default('linear_cent'),
});

export const closeSchema = z.strictObject({ inMs: wait.default(0) });
const settlementValue = z
  .string()
  .regex(
    /^(0(\.\d{1,4})?|1(\.0{1,4})?)$/,
    'dollars from 0 to 1 with at most 4 decimals, as a text',
  );
export const resultSchema = z.discriminatedUnion('result', [
  z.strictObject({ result: z.literal(['yes', 'no']) }),
  z.strictObject({ result: z.literal('scalar'), value: settlementValue }),
]);
export type AskedResult = z.infer<typeof resultSchema>;
export const structureSchema = z.strictObject({ structure: STRUCTURES });
const MAKER_FEE_TYPES = z.enum([
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
]);
const multiplier = z.number().min(0).max(100);
/** Two nulls clear the override. */
export const eventFeesSchema = z.strictObject({
  makerFeeType: MAKER_FEE_TYPES.nullable(),
  multiplier: multiplier.nullable(),
  inMs: wait.default(0),
});
export const seriesFeesSchema = z.strictObject({
  makerFeeType: MAKER_FEE_TYPES,
  multiplier,
  inMs: wait.default(0),
});
export const emptySchema = z.strictObject({});
