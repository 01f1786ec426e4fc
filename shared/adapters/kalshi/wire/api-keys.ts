import * as z from 'zod';
import type { ApiKey } from '../../../ports/exchange-account.ts';
import type { FrameRefusal } from '../../../ports/market-data.ts';
import { epochSecondsField, nameField } from './wire-fields.ts';
import { readWire } from './wire-text.ts';

/** The account's keys, both sides of the wire (docs.kalshi.com, "Get API Keys"). */

const MAX_KEYS = 10_000;

const keysObject = z.object({
  api_keys: z
    .array(
      z.object({
        api_key_id: nameField,
        name: z.string().max(1_000).catch(''),
        scopes: z.array(z.string().max(100)).max(100).catch([]),
      }),
    )
    .max(MAX_KEYS)
    .nullish(),
  api_key_region_expiration_ts: epochSecondsField.nullish(),
});

/** A scope that is not known is passed on as it is. The statement of where the owner is holds for all keys of the account. */
export function decodeApiKeys(
  text: string,
): { readonly kind: 'keys'; readonly keys: readonly ApiKey[] } | FrameRefusal {
  const read = readWire(keysObject, text, 'api keys');
  if (read.kind === 'refused') return read;
  const regionExpiresAtMs = read.value.api_key_region_expiration_ts ?? null;
  const keys = (read.value.api_keys ?? []).map(({ api_key_id: keyId, name, scopes }) => ({
    keyId,
    name,
    scopes,
    regionExpiresAtMs,
  }));
  return { kind: 'keys', keys };
}

/** The exchange's side; whole seconds, rounded down. */
export function encodeApiKeys({
  keys,
  regionExpiresAtMs,
}: {
  readonly keys: readonly (Pick<ApiKey, 'keyId' | 'name' | 'scopes'> & {
    /** The one that the key is for; null for all. */
    readonly subaccount: number | null;
  })[];
  readonly regionExpiresAtMs: number | null;
}): string {
  return JSON.stringify({
    api_keys: keys.map(({ keyId, name, scopes, subaccount }) => ({
      api_key_id: keyId,
      name,
      scopes,
      ...(subaccount !== null && { subaccount }),
    })),
    ...(regionExpiresAtMs !== null && {
      api_key_region_expiration_ts: Math.floor(regionExpiresAtMs / 1_000),
    }),
  });
}

/** The schemas by the exchange's own names, to be compared with those that it publishes. */
export const KEY_ANSWERS = {
  GetApiKeysResponse: keysObject,
};
