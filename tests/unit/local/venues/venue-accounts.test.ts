import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { authenticate } from '../../../../local/venues/authenticate.ts';
import { accountsWithKeys } from '../../../../local/venues/venue-accounts.ts';
import { KeyRing } from '../../../../shared/simulator/exchange/key-ring.ts';
import { NOON } from '../../../support/trade-builders.ts';

const PATH = '/trade-api/v2/portfolio/balance';

function signedBy(keyId: string, privateKey: Parameters<typeof sign>[2]) {
  const text = Buffer.from(`${NOON}GET${PATH}`);
  return {
    headers: {
      'kalshi-access-key': keyId,
      'kalshi-access-timestamp': String(NOON),
      'kalshi-access-signature': sign(null, text, privateKey).toString('base64'),
    },
    method: 'GET',
    path: PATH,
    nowMs: NOON,
  };
}

it('knows the keys that it came with and those that were made since, until they are deleted', () => {
  const first = generateKeyPairSync('ed25519');
  const second = generateKeyPairSync('ed25519');
  const ring = new KeyRing();
  const accounts = accountsWithKeys(
    new Map([['first', { account: 'us', publicKey: first.publicKey }]]),
    ring,
  );
  expect(ring.of('us').map(({ name }) => name)).toEqual(['primary']);
  expect(authenticate(accounts, signedBy('first', first.privateKey))).toEqual({
    kind: 'account',
    account: 'us',
    keyId: 'first',
  });
  const { keyId } = ring.create({
    account: 'us',
    name: 'second',
    scopes: ['read'],
    subaccount: null,
    publicKeyPem: second.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  expect(authenticate(accounts, signedBy(keyId, second.privateKey))).toMatchObject({ keyId });
  expect(authenticate(accounts, signedBy(keyId, first.privateKey))).toMatchObject({
    kind: 'refused',
    body: expect.stringContaining('INCORRECT_API_KEY_SIGNATURE') as unknown,
  });
  for (const gone of [keyId, 'first']) expect(ring.remove('us', gone)).toBe(true);
  expect(authenticate(accounts, signedBy('first', first.privateKey)).kind).toBe('refused');
  expect(authenticate(accounts, signedBy(keyId, second.privateKey))).toMatchObject({
    kind: 'refused',
    body: expect.stringContaining('NOT_FOUND') as unknown,
  });
});

it('takes a text that is no key as a key by which nothing is signed', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const ring = new KeyRing();
  const accounts = accountsWithKeys(new Map(), ring);
  const terms = { account: 'us', name: 'k', scopes: ['read'], subaccount: null };
  const { keyId } = ring.create({ ...terms, publicKeyPem: 'no key' });
  expect(authenticate(accounts, signedBy(keyId, privateKey)).kind).toBe('refused');
});
