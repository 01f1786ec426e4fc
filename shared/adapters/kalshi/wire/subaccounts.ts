import * as z from 'zod';
import type { EpochMs } from '../../../domain/market/market.ts';
import { formatMoney } from '../../../domain/money/money.ts';
import type { SubaccountBalance } from '../../../ports/exchange-account.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { dollarsField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** Balances of subaccounts, both sides of the wire (docs.kalshi.com, "Subaccounts"). */

/** 64 subaccounts on each shard, and room for shards to come. */
const MAX_BALANCES = 10_000;

const balancesObject = z.object({
  subaccount_balances: z
    .array(
      z.object({
        subaccount_number: z.number().int().min(0).max(63),
        exchange_index: z.number().int().min(0).nullish(),
        balance: dollarsField,
      }),
    )
    .max(MAX_BALANCES)
    .nullish(),
});

/** A row without a shard is of shard 0. */
export function decodeSubaccountBalances(
  text: string,
):
  { readonly kind: 'subaccounts'; readonly balances: readonly SubaccountBalance[] } | FrameRefusal {
  const read = readWire(balancesObject, text, 'subaccount balances');
  if (read.kind === 'refused') return read;
  const balances = (read.value.subaccount_balances ?? []).map((row) => ({
    subaccount: row.subaccount_number,
    exchangeIndex: row.exchange_index ?? 0,
    available: row.balance,
  }));
  return { kind: 'subaccounts', balances };
}

export function encodeSubaccountBalances(
  balances: readonly SubaccountBalance[],
  asOfMs: EpochMs,
): string {
  return JSON.stringify({
    subaccount_balances: balances.map(({ subaccount, exchangeIndex, available }) => ({
      subaccount_number: subaccount,
      exchange_index: exchangeIndex,
      balance: formatMoney(available),
      updated_ts: Math.floor(asOfMs / 1_000),
    })),
  });
}
