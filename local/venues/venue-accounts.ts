import { createPublicKey, type KeyObject } from 'node:crypto';
import type { KeyRing } from '../../shared/simulator/exchange/key-ring.ts';
import type { AccountLookUp, VenueAccount } from './authenticate.ts';

/**
 * The accounts of an exchange by key: those that it came with, which its ring then holds, and those of the keys that
 * clients have made since. A key that its account has deleted is none any more.
 */
export function accountsWithKeys(
  given: ReadonlyMap<string, VenueAccount>,
  ring: KeyRing,
): AccountLookUp {
  for (const [keyId, { account, publicKey }] of given)
    ring.hold({
      keyId,
      account,
      name: 'primary',
      scopes: ['read', 'write'],
      subaccount: null,
      publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
  const parsed = new Map<string, VenueAccount | null>();
  return {
    get: (keyId) => {
      const held = ring.find(keyId);
      if (held === undefined) return undefined;
      const known = given.get(keyId) ?? parsed.get(keyId);
      if (known !== undefined) return known ?? undefined;
      const publicKey = publicKeyFrom(held.publicKeyPem);
      const made = publicKey === null ? null : { account: held.account, publicKey };
      parsed.set(keyId, made);
      return made ?? undefined;
    },
  };
}

/** Null for a text that is no key: nothing is ever signed by it. */
function publicKeyFrom(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}
