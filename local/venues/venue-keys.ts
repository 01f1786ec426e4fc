import {
  createPublicKey,
  generateKeyPair,
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

/** A new RSA key as the exchange makes them, and a key of the odds feed. */
export async function makeVenueKeys(): Promise<VenueKeys> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    keyId: randomUUID(),
    privateKeyPem: privateKey,
    oddsToken: randomBytes(16).toString('hex'),
  };
}

/** What the exchange keeps of a client's key. */
export function publicKeyOf(privateKeyPem: string): KeyObject {
  return createPublicKey(privateKeyPem);
}
