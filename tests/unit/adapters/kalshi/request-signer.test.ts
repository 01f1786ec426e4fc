import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  verify,
  type KeyObject,
} from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  readPrivateKey,
  requestSigner,
  UnusableKey,
} from '../../../../shared/adapters/kalshi/request-signer.ts';
import { ED25519_KEY, RSA_KEY } from '../../../support/venue-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REQUEST = {
  method: 'POST',
  path: '/trade-api/v2/portfolio/events/orders',
  nowMs: 1_795_262_400_123,
};
const SIGNED = Buffer.from('1795262400123POST/trade-api/v2/portfolio/events/orders');

describe('signatures of requests', () => {
  it('are RSA-PSS with SHA-256 and a salt of 32 bytes over time, method and path', () => {
    const headers = requestSigner(RSA_KEY)(REQUEST);
    expect(headers).toMatchObject({
      'KALSHI-ACCESS-KEY': 'rsa-key',
      'KALSHI-ACCESS-TIMESTAMP': '1795262400123',
    });
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    const key = createPublicKey(RSA_KEY.privateKeyPem);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    expect(verify('sha256', SIGNED, { key, padding, saltLength: 32 }, signature)).toBe(true);
    expect(verify('sha256', SIGNED, { key, padding, saltLength: 20 }, signature)).toBe(false);
  });

  it('are 64 raw bytes with an Ed25519 key', () => {
    const headers = requestSigner(ED25519_KEY)(REQUEST);
    const signature = Buffer.from(headers['KALSHI-ACCESS-SIGNATURE'], 'base64');
    expect(signature).toHaveLength(64);
    expect(verify(null, SIGNED, createPublicKey(ED25519_KEY.privateKeyPem), signature)).toBe(true);
  });
});

const pemOf = (key: KeyObject): string =>
  key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();
const ed25519 = generateKeyPairSync('ed25519');
const encrypted = ed25519.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString();
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;

describe('a key that cannot sign', () => {
  const secret = RSA_KEY.privateKeyPem.split('\n')[5]!;
  const cut = RSA_KEY.privateKeyPem.replace(secret, secret.slice(0, 40));
  it.each([
    ['an empty file', '', 'not_a_pem', 'not a PEM text'],
    ['another text', '{"keyId":"k"}', 'not_a_pem', 'not a PEM text'],
    ['a damaged key', cut, 'not_a_pem', 'cannot be decoded'],
    ['a public key', pemOf(ed25519.publicKey), 'wrong_kind', 'PUBLIC KEY'],
    ['a curve', pemOf(curve), 'wrong_kind', 'RSA'],
    ['a short RSA key', pemOf(short), 'wrong_kind', '1024 bits'],
    ['an encrypted key', encrypted, 'encrypted', 'openssl pkey'],
  ])('%s', (name, text, code, told) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.pem`);
    writeFileSync(file, text);
    const error = refusal(() => readPrivateKey(file));
    expect(error.code).toBe(code);
    expect(error.message).toContain(file);
    expect(error.message).toContain(told);
    expect(error.message).not.toContain(secret.slice(0, 20));
    const inMemory = refusal(() => requestSigner({ keyId: 'k', privateKeyPem: text }));
    expect(inMemory.code).toBe(code);
  });

  it('a file that is not there, and one that is no file', () => {
    const missing = refusal(() => readPrivateKey(join(folder, 'none.pem')));
    expect(missing.code).toBe('missing_file');
    expect(missing.message).toContain('none.pem: there is no such file');
    const unreadable = refusal(() => readPrivateKey(folder));
    expect(unreadable.code).toBe('unreadable_file');
    expect(unreadable.message).toContain('EISDIR');
  });

  it('a good one is read as it is', () => {
    const file = join(folder, 'good.pem');
    writeFileSync(file, RSA_KEY.privateKeyPem);
    expect(readPrivateKey(file)).toBe(RSA_KEY.privateKeyPem);
  });
});

function refusal(use: () => unknown): UnusableKey {
  try {
    use();
  } catch (error) {
    if (error instanceof UnusableKey) return error;
    throw error;
  }
  throw new Error('the key was taken');
}
