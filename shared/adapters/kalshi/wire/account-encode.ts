import type { EpochMs } from '../../../domain/market/market.ts';
import { formatContracts, type Contracts } from '../../../domain/money/contracts.ts';
import { MICROS_PER_CENT, type Money } from '../../../domain/money/money.ts';

/** The exchange's side of an account's cash, subaccounts, keys and tier. */

function secondsOf(atMs: EpochMs): number {
  return Math.floor(atMs / 1_000);
}

/** A page of `/portfolio/deposits` or `/portfolio/withdrawals`: whole cents, rounded down. */
export function encodeCashEntries(
  list: 'deposits' | 'withdrawals',
  rows: readonly { readonly id: string; readonly amount: Money; readonly atMs: EpochMs }[],
  cursor: string | null,
): string {
  const entries = rows.map(({ id, amount, atMs }) => ({
    id,
    status: 'applied',
    type: 'wire',
    amount_cents: Math.floor(amount / MICROS_PER_CENT),
    fee_cents: 0,
    created_ts: secondsOf(atMs),
    finalized_ts: secondsOf(atMs),
  }));
  return JSON.stringify({ [list]: entries, cursor: cursor ?? '' });
}

export function encodeSubaccountCreated(subaccount: number): string {
  return JSON.stringify({ subaccount_number: subaccount });
}

/** A page of `/portfolio/subaccounts/transfers`. */
export function encodeSubaccountTransfers(
  rows: readonly {
    readonly clientId: string;
    readonly from: number;
    readonly to: number;
    readonly amount: Money;
    readonly exchangeIndex: number;
    readonly atMs: EpochMs;
  }[],
  cursor: string | null,
): string {
  const transfers = rows.map((row) => ({
    transfer_id: row.clientId,
    from_subaccount: row.from,
    to_subaccount: row.to,
    amount_cents: Math.floor(row.amount / MICROS_PER_CENT),
    created_ts: secondsOf(row.atMs),
    exchange_index: row.exchangeIndex,
  }));
  return JSON.stringify({ transfers, cursor: cursor ?? '' });
}

export function encodeNetting(
  rows: readonly {
    readonly subaccount: number;
    readonly isNetted: boolean;
    readonly exchangeIndex: number;
  }[],
): string {
  return JSON.stringify({
    netting_configs: rows.map(({ subaccount, isNetted, exchangeIndex }) => ({
      subaccount_number: subaccount,
      enabled: isNetted,
      exchange_index: exchangeIndex,
    })),
  });
}

export function encodeAllocation(allocation: {
  readonly parts: readonly { readonly exchangeIndex: number; readonly percent: number }[];
  readonly restingMargin: 'sum' | 'max';
}): string {
  return JSON.stringify({
    allocations: allocation.parts.map(({ exchangeIndex, percent }) => ({
      exchange_index: exchangeIndex,
      percent,
    })),
    resting_margin_reservation: allocation.restingMargin,
  });
}

/** The private key only where the exchange made the pair; it is told once. */
export function encodeKeyCreated(keyId: string, privateKeyPem: string | null): string {
  return JSON.stringify({
    api_key_id: keyId,
    ...(privateKeyPem !== null && { private_key: privateKeyPem }),
  });
}

/** `GET /account/api_usage_level/volume_progress`. */
export function encodeVolumeProgress(progress: {
  readonly atMs: EpochMs;
  readonly volume: Contracts;
}): string {
  return JSON.stringify({
    volume_progress: [
      {
        computed_ts: secondsOf(progress.atMs),
        trailing_30d_volume_fp: formatContracts(progress.volume),
        goals: [],
      },
    ],
  });
}
