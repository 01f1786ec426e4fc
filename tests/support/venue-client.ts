import { generateKeyPairSync } from 'node:crypto';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import type { VenueAccounts } from '../../local/venues/authenticate.ts';
import { publicKeyOf } from '../../local/venues/venue-keys.ts';
import type { Timers } from '../../shared/ports/timers.ts';

/** A clock that is moved by hand and calls nobody. */
export function stillTimers(nowMs: () => number): Timers {
  const handle = { run: null };
  return {
    nowMs,
    at: () => handle,
    after: () => handle,
    cancel: () => {},
    sleep: () => new Promise(() => {}),
  };
}

/** Keys are made once for all tests of a worker: an RSA key takes a tenth of a second. */
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ed25519 = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const RSA_KEY = { keyId: 'rsa-key', privateKeyPem: rsa.privateKey };
export const ED25519_KEY = { keyId: 'ed25519-key', privateKeyPem: ed25519.privateKey };

/** Both keys are `us`'s. */
export const ACCOUNTS_OF_US: VenueAccounts = new Map([
  [RSA_KEY.keyId, { account: 'us', publicKey: publicKeyOf(rsa.privateKey) }],
  [ED25519_KEY.keyId, { account: 'us', publicKey: publicKeyOf(ed25519.privateKey) }],
]);

export const rsaSigner = requestSigner(RSA_KEY);
export const ed25519Signer = requestSigner(ED25519_KEY);
