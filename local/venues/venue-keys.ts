import {
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod';

/** What a client of the simulated venues needs to know. */
export type VenueKeys = {
  readonly keyId: string;
  readonly privateKeyPem: string;
  readonly oddsToken: string;
};

export const venueKeysSchema = z.strictObject({
  keyId: z.uuid(),
  privateKeyPem: z.string().min(1),
  oddsToken: z.string().min(1),
});

/** The kinds of key that the exchange takes; Ed25519 since 2026-09. */
export const KEY_TYPES = ['rsa', 'ed25519'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** A new key of the exchange, by default an RSA key, and a key of the odds feed. */
export async function makeVenueKeys(keyType: KeyType = 'rsa'): Promise<VenueKeys> {
  const privateKey = await (keyType === 'rsa' ? rsaKey() : ed25519Key());
  return {
    keyId: randomUUID(),
    privateKeyPem: privateKey,
    oddsToken: randomBytes(16).toString('hex'),
  };
}

async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** At once: it takes no tenth of a millisecond. */
function ed25519Key(): string {
  return generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
}

/** The pair of a key that a client asks the exchange to make: RSA, of which the client is told the private half once. */
export function makeRsaPair(): { readonly publicKeyPem: string; readonly privateKeyPem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKeyPem: publicKey, privateKeyPem: privateKey };
}

/** What the exchange keeps of a client's key. */
export function publicKeyOf(privateKeyPem: string): KeyObject {
  return createPublicKey(privateKeyPem);
}
