import { constants, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runKeys } from '../../../../scripts/commands/keys.ts';
import { requestSigner, UnusableKey } from '../../../../shared/adapters/kalshi/request-signer.ts';
import {
  checkKey,
  keyFromEnvironment,
  keyFromFile,
  keyFromSecret,
} from '../../../../shared/adapters/kalshi/signing-keys.ts';
import {
  OPENSSL_RSA,
  RFC_8032,
  VECTOR_REQUEST,
  VECTOR_TEXT,
} from '../../../support/signing-vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairline-signing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { privateKeyPem } = RFC_8032;
const FINGERPRINT = 'SHA256:6UZ523PpSHSUJFWVy5DAspLCkiCwEAJHlV3OEQsZAKA';

function written(name: string, text: string, mode = 0o600): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function refusal(use: () => unknown): UnusableKey {
  try {
    use();
  } catch (error) {
    if (error instanceof UnusableKey) return error;
    throw error;
  }
  throw new Error('the key was taken');
}

const verified = (text: string, signature: string): boolean =>
  verify(
    'sha256',
    Buffer.from(text),
    {
      key: OPENSSL_RSA.publicKeyPem,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    },
    Buffer.from(signature, 'base64'),
  );

describe('signatures by known keys', () => {
  it('Ed25519 signs as RFC 8032 does, and the request has the one signature it can have', () => {
    const key = createPrivateKey(privateKeyPem);
    const publicKey = createPublicKey(key).export({ format: 'jwk' });
    expect(Buffer.from(publicKey.x ?? '', 'base64url').toString('hex')).toBe(RFC_8032.publicKeyHex);
    expect(sign(null, Buffer.alloc(0), key).toString('hex')).toBe(RFC_8032.emptySignatureHex);
    expect(requestSigner({ keyId: 'k', privateKeyPem })(VECTOR_REQUEST)).toEqual({
      'KALSHI-ACCESS-KEY': 'k',
      'KALSHI-ACCESS-TIMESTAMP': '1795262400123',
      'KALSHI-ACCESS-SIGNATURE': RFC_8032.signature,
    });
  });

  it('RSA: what verifies the signature of openssl verifies ours, and no other text', () => {
    const signer = requestSigner({ keyId: 'k', privateKeyPem: OPENSSL_RSA.privateKeyPem });
    const ours = signer(VECTOR_REQUEST)['KALSHI-ACCESS-SIGNATURE'];
    expect(verified(VECTOR_TEXT, OPENSSL_RSA.signature)).toBe(true);
    expect(verified(VECTOR_TEXT, ours)).toBe(true);
    expect(verified(`${VECTOR_TEXT}?limit=1`, ours)).toBe(false);
    // The salt is random: two signatures of a text differ.
    expect(signer(VECTOR_REQUEST)['KALSHI-ACCESS-SIGNATURE']).not.toBe(ours);
  });
});

describe('where a key comes from', () => {
  it('a secret', () => {
    const text = JSON.stringify({ keyId: 'k', privateKeyPem });
    expect(keyFromSecret(text, 'fairline-kalshi')).toEqual({ keyId: 'k', privateKeyPem });
  });

  it.each(['', '{}', privateKeyPem, JSON.stringify({ keyId: '', privateKeyPem })])(
    'a secret that holds none is named, and not quoted (%#)',
    (text) => {
      const error = refusal(() => keyFromSecret(text, 'fairline-kalshi'));
      expect(error.code).toBe('not_a_key');
      expect(error.message).toContain('secret fairline-kalshi must hold');
      expect(error.message).not.toContain('MC4CAQ');
    },
  );

  it('a secret whose key cannot sign', () => {
    const text = JSON.stringify({ keyId: 'k', privateKeyPem: OPENSSL_RSA.publicKeyPem });
    const error = refusal(() => keyFromSecret(text, 'fairline-kalshi'));
    expect(error.message).toMatch(/^secret fairline-kalshi: a PUBLIC KEY/);
  });

  it.each([
    [0o600, 0],
    [0o400, 0],
    [0o640, 1],
    [0o604, 1],
  ])('a file of mode %o has %d warnings', (mode, warnings) => {
    const file = written(`mode-${mode}.pem`, privateKeyPem, mode);
    const key = keyFromFile('k', file);
    expect(key).toMatchObject({ keyId: 'k', privateKeyPem });
    expect(key.warnings).toHaveLength(warnings);
    for (const warning of key.warnings) expect(warning).toContain(`chmod 600 ${file}`);
  });

  it('the environment: the text, with its line ends written out or not, or a file', () => {
    const file = written('environment.pem', privateKeyPem);
    for (const variables of [
      { A_PRIVATE_KEY: privateKeyPem },
      { A_PRIVATE_KEY: privateKeyPem.trim().replaceAll('\n', '\\n') },
      { A_PRIVATE_KEY_PATH: file },
    ]) {
      const key = keyFromEnvironment({ A_KEY_ID: 'k', ...variables }, 'A');
      expect(requestSigner(key)(VECTOR_REQUEST)['KALSHI-ACCESS-SIGNATURE']).toBe(
        RFC_8032.signature,
      );
    }
  });

  it.each([
    {},
    { A_KEY_ID: 'k' },
    { A_PRIVATE_KEY: privateKeyPem },
    { A_KEY_ID: 'k', A_PRIVATE_KEY: privateKeyPem, A_PRIVATE_KEY_PATH: 'both' },
  ])('an environment without exactly one key says what to set (%#)', (environment) => {
    expect(refusal(() => keyFromEnvironment(environment, 'A')).message).toContain('set A_KEY_ID');
  });
});

describe('fairline keys', () => {
  it('makes a key for its owner alone, which it can check, and never writes over one', async () => {
    const out = join(folder, 'new.pem');
    const made = await runKeys('generate', { out });
    expect(made.json).toMatchObject({ file: out, publicFile: `${out}.pub`, type: 'ed25519' });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const pem = readFileSync(out, 'utf8');
    const body = pem.split('\n')[1] ?? '';
    expect(JSON.stringify(made)).not.toContain(body);
    const facts = checkKey(pem, 'key');
    expect(readFileSync(`${out}.pub`, 'utf8')).toBe(facts.publicKeyPem);
    const checked = await runKeys('check', { key: out });
    expect(checked.json).toEqual({
      file: out,
      type: 'ed25519',
      bits: null,
      fingerprint: facts.fingerprint,
      warnings: [],
    });
    await expect(runKeys('generate', { out })).rejects.toThrow('is there already');
    expect(readFileSync(out, 'utf8')).toBe(pem);
  });

  it('tells the fingerprint that openssl tells, and warns of a file that others may read', async () => {
    const key = written('rsa.pem', OPENSSL_RSA.privateKeyPem, 0o644);
    const { json, text } = await runKeys('check', { key });
    // openssl pkey -in rsa.pem -pubout -outform DER | openssl dgst -sha256 -binary | base64
    expect(json).toMatchObject({ type: 'rsa', bits: 2_048, fingerprint: FINGERPRINT });
    expect(text).toContain('Warning');
  });

  it.each([
    ['sign', {}, 'action is "sign"'],
    ['generate', {}, '--out is missing'],
    ['generate', { out: 'x.pem', type: 'dsa' }, '--type is "dsa"'],
    ['check', {}, '--key is missing'],
    ['check', { key: '/no/such.pem' }, 'there is no such file'],
  ])('%s with %o is refused', async (action, options, message) => {
    await expect(runKeys(action, options)).rejects.toThrow(message);
  });
});
