import { createHash, createPublicKey, sign, verify, constants } from 'node:crypto';
import { statSync } from 'node:fs';
import * as z from 'zod';
import { parsePrivateKey, readPrivateKey, UnusableKey, type SigningKey } from './request-signer.ts';

const keySecret = z.object({ keyId: z.string().min(1), privateKeyPem: z.string().min(1) });

/** A key beside what its owner should know of where it lies. */
export type LoadedKey = SigningKey & { readonly warnings: readonly string[] };

/**
 * The key that a secret of Secrets Manager holds, as `{"keyId": "…", "privateKeyPem": "…"}`. Throws `UnusableKey` with
 * the secret's name; the message never quotes the text.
 */
export function keyFromSecret(text: string, secretId: string): SigningKey {
  const parsed = keySecret.safeParse(jsonOrNull(text));
  if (!parsed.success)
    throw new UnusableKey(
      'not_a_key',
      `secret ${secretId} must hold {"keyId": "…", "privateKeyPem": "…"}; put the key that the exchange gave you there`,
    );
  parsePrivateKey(parsed.data.privateKeyPem, `secret ${secretId}`);
  return parsed.data;
}

/** The key of a PEM file. One that others than its owner may read is used, with a warning. Throws `UnusableKey`. */
export function keyFromFile(keyId: string, file: string): LoadedKey {
  const privateKeyPem = readPrivateKey(file);
  return { keyId, privateKeyPem, warnings: permissionWarnings(file) };
}

/**
 * The key of an environment: `<prefix>_KEY_ID`, and `<prefix>_PRIVATE_KEY` with the PEM text (its line ends may be
 * written as \n) or `<prefix>_PRIVATE_KEY_PATH` with its file. Throws `UnusableKey`.
 */
export function keyFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
): LoadedKey {
  const keyId = environment[`${prefix}_KEY_ID`] ?? '';
  const text = environment[`${prefix}_PRIVATE_KEY`] ?? '';
  const file = environment[`${prefix}_PRIVATE_KEY_PATH`] ?? '';
  if (keyId === '' || (text === '') === (file === ''))
    throw new UnusableKey(
      'not_a_key',
      `set ${prefix}_KEY_ID, and either ${prefix}_PRIVATE_KEY (the PEM text) or ${prefix}_PRIVATE_KEY_PATH (its file)`,
    );
  if (file !== '') return keyFromFile(keyId, file);
  const privateKeyPem = text.includes('\n') ? text : text.replaceAll('\\n', '\n');
  parsePrivateKey(privateKeyPem, `${prefix}_PRIVATE_KEY`);
  return { keyId, privateKeyPem, warnings: [] };
}

/** What a key is, without what it holds. */
export type KeyFacts = {
  readonly type: 'rsa' | 'ed25519';
  /** Null for Ed25519, which has one size. */
  readonly bits: number | null;
  /** SHA-256 of the public key as DER, so that two ends can compare what they hold. */
  readonly fingerprint: string;
  readonly publicKeyPem: string;
};

/** Signs a text with a key, verifies it with the public part, and says what the key is. Throws `UnusableKey`. */
export function checkKey(privateKeyPem: string, what: string): KeyFacts {
  const key = parsePrivateKey(privateKeyPem, what);
  const publicKey = createPublicKey(key);
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  const text = Buffer.from('fairline keys check');
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  const isGood = isEd25519
    ? verify(null, text, publicKey, sign(null, text, key))
    : verify('sha256', text, { key: publicKey, ...pss }, sign('sha256', text, { key, ...pss }));
  if (!isGood)
    throw new UnusableKey(
      'not_a_key',
      `${what}: what it signs cannot be verified with its public part; make a new key`,
    );
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    type: isEd25519 ? 'ed25519' : 'rsa',
    bits: key.asymmetricKeyDetails?.modulusLength ?? null,
    fingerprint: `SHA256:${createHash('sha256').update(der).digest('base64').replaceAll('=', '')}`,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Windows has no such bits, and reports none of them. */
function permissionWarnings(file: string): readonly string[] {
  if (process.platform === 'win32') return [];
  const others = statSync(file).mode & 0o077;
  return others === 0
    ? []
    : [`${file} may be read by others than its owner; run chmod 600 ${file}`];
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
