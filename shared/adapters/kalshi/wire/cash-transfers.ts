import * as z from 'zod';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatMoney, money, type Money } from '../../../domain/money/money.ts';
import type { ShardTransfer } from '../../../ports/exchange-account.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { readOrderBody, refused, subaccountField, type RefusedBody } from './order-bodies.ts';
import { nameField } from './wire-fields.ts';
import { checkWire, readWire } from './wire-text.ts';

/** Cash from shard to shard, both sides of the wire (docs.kalshi.com, "Intra-Exchange Instance Transfer"). */

/** Amounts of a request are in 1e-4 dollars. */
const MICROS_PER_CENTICENT = 100;
/** Centi-cents whose micros stay exact. */
const MAX_CENTICENTS = 1e13;
const INSTANCES = ['event_contract', 'margined'] as const;
type Instance = (typeof INSTANCES)[number];

/** The amount on the wire; null when it is not positive or finer than the wire can say. */
export function centicentsOf(amount: Money): number | null {
  const centicents = amount / MICROS_PER_CENTICENT;
  return Number.isSafeInteger(centicents) && centicents > 0 && centicents <= MAX_CENTICENTS
    ? centicents
    : null;
}

/** `centicents` from `centicentsOf`. Between shards of event contracts, of the primary account. */
export function encodeShardTransfer(
  { fromShard, toShard }: Omit<ShardTransfer, 'amount'>,
  centicents: number,
): string {
  return JSON.stringify({
    source: 'event_contract',
    destination: 'event_contract',
    amount: centicents,
    source_exchange_shard: fromShard,
    destination_exchange_shard: toShard,
  });
}

const shard = z.number().int().min(0).max(1_000).nullish();
const transferRequest = z.object({
  source: z.enum(INSTANCES),
  destination: z.enum(INSTANCES),
  amount: z.number().int().positive().max(MAX_CENTICENTS),
  source_exchange_shard: shard,
  destination_exchange_shard: shard,
  source_subaccount: subaccountField,
  destination_subaccount: subaccountField,
});

/** A transfer as the exchange reads it: shard and subaccount are 0 where they are not said. */
export type ShardTransferBody = ShardTransfer & {
  readonly kind: 'shard_transfer';
  readonly source: Instance;
  readonly destination: Instance;
  readonly fromSubaccount: number;
  readonly toSubaccount: number;
};

export function decodeShardTransferBody(text: string): ShardTransferBody | RefusedBody {
  const raw = readOrderBody(text);
  if (raw.kind === 'refused') return raw;
  const checked = checkWire(transferRequest, raw.fields, 'transfer');
  if (checked.kind === 'refused') return refused('bad_request', checked.detail);
  const { value } = checked;
  return {
    kind: 'shard_transfer',
    source: value.source,
    destination: value.destination,
    fromShard: value.source_exchange_shard ?? 0,
    toShard: value.destination_exchange_shard ?? 0,
    fromSubaccount: value.source_subaccount ?? 0,
    toSubaccount: value.destination_subaccount ?? 0,
    amount: money(value.amount * MICROS_PER_CENTICENT),
  };
}

export function encodeTransferCreated(transferId: string): string {
  return JSON.stringify({ transfer_id: transferId });
}

const created = z.object({ transfer_id: nameField });

export function decodeTransferCreated(
  text: string,
): { readonly kind: 'created'; readonly transferId: string } | FrameRefusal {
  const read = readWire(created, text, 'transfer');
  return read.kind === 'refused' ? read : { kind: 'created', transferId: read.value.transfer_id };
}

/** A transfer as the exchange shows it. */
export type ShownTransfer = ShardTransfer & {
  readonly transferId: string;
  readonly state: 'pending' | 'done';
  readonly createdAtMs: EpochMs;
};

export function encodeTransfer(transfer: ShownTransfer): string {
  return JSON.stringify({ transfer: transferFields(transfer) });
}

export function encodeTransfersPage(
  transfers: readonly ShownTransfer[],
  cursor: string | null,
): string {
  return JSON.stringify({ transfers: transfers.map(transferFields), cursor: cursor ?? '' });
}

function transferFields(transfer: ShownTransfer): Readonly<Record<string, unknown>> {
  return {
    transfer_id: transfer.transferId,
    source: 'event_contract',
    destination: 'event_contract',
    source_exchange_shard: transfer.fromShard,
    destination_exchange_shard: transfer.toShard,
    amount: formatMoney(transfer.amount),
    status: transfer.state === 'done' ? 'complete' : 'pending',
    created_ts: Math.floor(transfer.createdAtMs / 1_000),
  };
}

const oneTransfer = z.object({
  transfer: z.object({ transfer_id: nameField, status: z.string().max(100) }),
});
const FAILED_STATUSES: readonly string[] = ['failed', 'rejected', 'cancelled', 'canceled'];

/** A status that is not known is read as `pending`: the money may still be on its way. */
export function decodeTransfer(text: string):
  | {
      readonly kind: 'transfer';
      readonly transferId: string;
      readonly state: 'pending' | 'done' | 'failed';
    }
  | FrameRefusal {
  const read = readWire(oneTransfer, text, 'transfer');
  if (read.kind === 'refused') return read;
  const { transfer_id: transferId, status } = read.value.transfer;
  if (status === 'complete') return { kind: 'transfer', transferId, state: 'done' };
  const state = FAILED_STATUSES.includes(status) ? 'failed' : 'pending';
  return { kind: 'transfer', transferId, state };
}
