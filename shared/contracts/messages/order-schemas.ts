import * as z from 'zod';
import type { Edge } from '../../domain/edge/edge.ts';
import type { ExitPriority, ExitRule } from '../../domain/exits/exit-rules.ts';
import type { Fill } from '../../domain/execution/fill.ts';
import type { OrderIntent } from '../../domain/execution/intent.ts';
import type { OrderState } from '../../domain/execution/order.ts';
import type { JournalEntry } from '../../domain/ledger/journal.ts';
import type { FeeRole } from '../../domain/market/fee-schedule.ts';
import type { EntrySignal } from '../../domain/strategies/decide-entry.ts';
import type { MarketDataEvent, OrderUpdate } from '../../ports/market-data.ts';
import {
  bookSide,
  contracts,
  epochMs,
  leg,
  money,
  name,
  price,
  text,
  whole,
  word,
} from './leaves.ts';
import { fairSchema, resultSchema, stampSchema, tickSchema } from './tick-schema.ts';

const edge: z.ZodType<Edge> = z.strictObject({
  leg,
  limitPrice: price,
  count: contracts,
  cost: money,
  fees: money,
  worstPerContract: money,
  expected: money,
});

export const signalSchema: z.ZodType<EntrySignal> = z.strictObject({
  kind: z.literal('signal'),
  tick: tickSchema,
  fair: fairSchema,
  edge,
  decidedAtMs: epochMs,
});

const fill: z.ZodType<Fill> = z.strictObject({
  tradeId: name,
  exchangeOrderId: name,
  market: name,
  bookSide,
  price,
  count: contracts,
  fee: money,
  role: word<FeeRole>({ taker: true, maker: true }),
  exchangeTimeMs: epochMs,
});

const update: z.ZodType<OrderUpdate> = z.strictObject({
  exchangeOrderId: name,
  clientOrderId: name.nullable(),
  market: name,
  bookSide,
  limitPrice: price,
  status: word<OrderUpdate['status']>({
    resting: true,
    cancelled: true,
    executed: true,
    unrecognised: true,
  }),
  initialCount: contracts,
  filled: contracts,
  exchangeTimeMs: epochMs,
});

export type OrderMessage = Extract<MarketDataEvent, { kind: 'fill' | 'order_update' }>;

export const orderMessageSchema: z.ZodType<OrderMessage> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fill'), fill, clientOrderId: name.nullable() }),
  z.strictObject({ kind: z.literal('order_update'), update }),
]);

const intentBase = {
  clientOrderId: name,
  decisionId: name,
  market: name,
  eventTicker: name,
  seriesTicker: name,
  exchangeIndex: whole,
  strategy: z.strictObject({ name, version: name }),
  leg,
  limitPrice: price,
  count: contracts,
  estimatedFees: money,
  decidedAtMs: epochMs,
};

const intent: z.ZodType<OrderIntent> = z.discriminatedUnion('purpose', [
  z.strictObject({
    purpose: z.literal('entry'),
    ...intentBase,
    stamp: stampSchema,
    generation: whole,
  }),
  z.strictObject({
    purpose: z.literal('exit'),
    ...intentBase,
    positionId: name,
    exitGeneration: whole,
    attempt: whole,
    rule: word<ExitRule>({ stop_loss: true, profit_target: true }),
    priority: word<ExitPriority>({ critical: true, medium: true }),
  }),
]);

const state = word<OrderState>({
  planned: true,
  sent: true,
  unknown: true,
  resting: true,
  filled: true,
  cancelled: true,
  rejected: true,
  expired: true,
  abandoned: true,
});

const entry = { journalId: name, atMs: epochMs };
const positionEntry = { ...entry, positionId: name, market: name, leg, cause: text };

/** A schema for each kind of journal entry: a kind that is added cannot be left out. */
const JOURNAL = {
  opening: z.strictObject({
    kind: z.literal('opening'),
    ...entry,
    exchangeIndex: whole,
    cash: money,
  }),
  order: z.strictObject({
    kind: z.literal('order'),
    ...entry,
    clientOrderId: name,
    intent,
    from: state.nullable(),
    to: state,
    detail: text,
  }),
  fill: z.strictObject({
    kind: z.literal('fill'),
    ...entry,
    fill,
    clientOrderId: name,
    positionId: name,
    exchangeIndex: whole,
    leg,
    purpose: word<'entry' | 'exit'>({ entry: true, exit: true }),
    basis: money,
  }),
  settlement: z.strictObject({
    kind: z.literal('settlement'),
    ...entry,
    market: name,
    positionId: name,
    exchangeIndex: whole,
    leg,
    result: resultSchema,
    quantity: contracts,
    basis: money,
    payout: money,
    fee: money,
  }),
  position_opened: z.strictObject({ kind: z.literal('position_opened'), ...positionEntry }),
  position_closed: z.strictObject({ kind: z.literal('position_closed'), ...positionEntry }),
  residual: z.strictObject({
    kind: z.literal('residual'),
    ...entry,
    exchangeIndex: whole,
    amount: money,
    reason: text,
  }),
} satisfies { readonly [K in JournalEntry['kind']]: z.ZodType<JournalEntry> };

export const journalSchema: z.ZodType<JournalEntry> = z.discriminatedUnion('kind', [
  JOURNAL.opening,
  JOURNAL.order,
  JOURNAL.fill,
  JOURNAL.settlement,
  JOURNAL.position_opened,
  JOURNAL.position_closed,
  JOURNAL.residual,
]);
