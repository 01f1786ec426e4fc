import * as z from 'zod';
import { MICROS_PER_CENT, money, type Money } from '../../../domain/money/money.ts';
import {
  readOrderBody,
  refused,
  shardField,
  subaccountField,
  type RefusedBody,
} from './order-bodies.ts';
import { nameField } from './wire-fields.ts';
import { checkWire } from './wire-text.ts';

/** Bodies of the writes of an account beside its orders, as the exchange reads them. */

function read<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): { readonly kind: 'read'; readonly value: z.output<Schema> } | RefusedBody {
  const raw = readOrderBody(text === '' ? '{}' : text);
  if (raw.kind === 'refused') return raw;
  const checked = checkWire(schema, raw.fields, what);
  return checked.kind === 'refused'
    ? refused('bad_request', checked.detail)
    : { kind: 'read', value: checked.value };
}

const createSubaccount = z.object({ exchange_index: shardField });

/** `POST /portfolio/subaccounts`: on which shard it is made. */
export function decodeCreateSubaccountBody(
  text: string,
): { readonly kind: 'create_subaccount'; readonly exchangeIndex: number } | RefusedBody {
  const body = read(createSubaccount, text, 'subaccount');
  if (body.kind === 'refused') return body;
  return { kind: 'create_subaccount', exchangeIndex: Math.max(0, body.value.exchange_index ?? 0) };
}

const subaccountTransfer = z.object({
  client_transfer_id: z.uuid(),
  from_subaccount: z.number().int().min(0).max(63),
  to_subaccount: z.number().int().min(0).max(63),
  amount_cents: z.number().int().positive().max(1e11),
  exchange_index: shardField,
});

export type SubaccountTransferBody = {
  readonly kind: 'subaccount_transfer';
  readonly clientId: string;
  readonly from: number;
  readonly to: number;
  readonly amount: Money;
  readonly exchangeIndex: number;
};

/** `POST /portfolio/subaccounts/transfer`. */
export function decodeSubaccountTransferBody(text: string): SubaccountTransferBody | RefusedBody {
  const body = read(subaccountTransfer, text, 'transfer');
  if (body.kind === 'refused') return body;
  const { value } = body;
  return {
    kind: 'subaccount_transfer',
    clientId: value.client_transfer_id.toLowerCase(),
    from: value.from_subaccount,
    to: value.to_subaccount,
    amount: money(value.amount_cents * MICROS_PER_CENT),
    exchangeIndex: Math.max(0, value.exchange_index ?? 0),
  };
}

const netting = z.object({
  subaccount_number: z.number().int().min(0).max(63),
  enabled: z.boolean(),
});

/** `PUT /portfolio/subaccounts/netting`. */
export function decodeNettingBody(
  text: string,
):
  | { readonly kind: 'netting'; readonly subaccount: number; readonly isNetted: boolean }
  | RefusedBody {
  const body = read(netting, text, 'netting');
  if (body.kind === 'refused') return body;
  const { subaccount_number: subaccount, enabled: isNetted } = body.value;
  return { kind: 'netting', subaccount, isNetted };
}

const allocation = z.object({
  allocations: z
    .array(
      z.object({
        exchange_index: z.number().int().min(0).max(1_000),
        percent: z.number().int().min(0).max(100),
      }),
    )
    .max(100),
  resting_margin_reservation: z.enum(['sum', 'max']).nullish(),
});

export type AllocationBody = {
  readonly kind: 'allocation';
  readonly parts: readonly { readonly exchangeIndex: number; readonly percent: number }[];
  readonly restingMargin: 'sum' | 'max';
};

/** `POST /portfolio/target_balance_allocation`: shards once each, with percents that sum to 100; none end it. */
export function decodeAllocationBody(text: string): AllocationBody | RefusedBody {
  const body = read(allocation, text, 'allocation');
  if (body.kind === 'refused') return body;
  const parts = body.value.allocations.map(({ exchange_index: exchangeIndex, percent }) => ({
    exchangeIndex,
    percent,
  }));
  const sum = parts.reduce((total, { percent }) => total + percent, 0);
  const isOnce = new Set(parts.map(({ exchangeIndex }) => exchangeIndex)).size === parts.length;
  if (parts.length > 0 && (sum !== 100 || !isOnce))
    return refused('bad_request', `allocations must sum to 100 over different shards, not ${sum}`);
  const restingMargin = body.value.resting_margin_reservation ?? 'sum';
  return { kind: 'allocation', parts, restingMargin };
}

/** Scopes of a key (docs.kalshi.com, "API Keys"). */
export const KEY_SCOPES = [
  'read',
  'write',
  'read::portfolio_balance',
  'read::block_trade_accept',
  'write::trade',
  'write::transfer',
  'write::block_trade_accept',
] as const;

const apiKey = z.object({
  name: nameField,
  public_key: z.string().max(10_000).optional(),
  scopes: z.array(z.enum(KEY_SCOPES)).max(KEY_SCOPES.length).nullish(),
  subaccount: subaccountField,
});

export type ApiKeyBody = {
  readonly kind: 'api_key';
  readonly name: string;
  /** Absent where the exchange is to make the pair. */
  readonly publicKeyPem: string | null;
  readonly scopes: readonly string[];
  /** The one subaccount that it is for; null for all. */
  readonly subaccount: number | null;
};

/** `POST /api_keys` and `POST /api_keys/generate`. `write` needs `read` beside it; without scopes a key has both. */
export function decodeApiKeyBody(text: string): ApiKeyBody | RefusedBody {
  const body = read(apiKey, text, 'api key');
  if (body.kind === 'refused') return body;
  const { name, public_key: publicKeyPem, subaccount } = body.value;
  const scopes = body.value.scopes ?? ['read', 'write'];
  if (scopes.includes('write') && !scopes.includes('read'))
    return refused('bad_request', 'the scope write requires read');
  return {
    kind: 'api_key',
    name,
    publicKeyPem: publicKeyPem ?? null,
    scopes,
    subaccount: subaccount ?? null,
  };
}
