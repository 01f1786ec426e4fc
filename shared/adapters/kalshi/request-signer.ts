import { constants, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EpochMs } from '../../domain/market/market.ts';

/** Why a private key cannot sign. The message says what to do and never shows the key. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
  readonly code:
    'missing_file' | 'unreadable_file' | 'not_a_pem' | 'encrypted' | 'wrong_kind' | 'not_a_key';

  constructor(code: UnusableKey['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export type AuthHeaders = {
  readonly 'KALSHI-ACCESS-KEY': string;
  readonly 'KALSHI-ACCESS-TIMESTAMP': string;
  readonly 'KALSHI-ACCESS-SIGNATURE': string;
};

/** What is signed: the path from the root of the host, without its query. */
export type SignedRequest = {
  readonly method: string;
  readonly path: string;
  readonly nowMs: EpochMs;
};

/** Makes the three headers of a request; the exchange takes them for a few seconds around their time. */
export type RequestSigner = (request: SignedRequest) => AuthHeaders;

export type SigningKey = { readonly keyId: string; readonly privateKeyPem: string };

/** The exchange's PSS salt is as long as the digest: 32 bytes. */
const SALT_LENGTH = constants.RSA_PSS_SALTLEN_DIGEST;
const LEAST_RSA_BITS = 2_048;
const MAX_KEY_BYTES = 65_536;

/**
 * Signs as the exchange asks (docs.kalshi.com, "API Keys"): RSA-PSS with SHA-256 and MGF1, or Ed25519, over timestamp,
 * method and path. The key is read once. Throws `UnusableKey`.
 */
export function requestSigner({ keyId, privateKeyPem }: SigningKey): RequestSigner {
  const key = parsePrivateKey(privateKeyPem, 'the private key');
  const signText =
    key.asymmetricKeyType === 'ed25519'
      ? (text: Buffer) => sign(null, text, key)
      : (text: Buffer) =>
          sign('sha256', text, {
            key,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: SALT_LENGTH,
          });
  return ({ method, path, nowMs }) => {
    const timestamp = String(nowMs);
    const text = Buffer.from(`${timestamp}${method}${path}`);
    return {
      'KALSHI-ACCESS-KEY': keyId,
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': signText(text).toString('base64'),
    };
  };
}

/** The text of a key file that can sign. Throws `UnusableKey` with the file's name. */
export function readPrivateKey(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT')
      throw new UnusableKey(
        'missing_file',
        `private key ${file}: there is no such file; give the path of the .pem file that the exchange gave you`,
      );
    throw new UnusableKey(
      'unreadable_file',
      `private key ${file}: cannot be read (${code}); it must be a file that this user may read`,
    );
  }
  parsePrivateKey(text, `private key ${file}`);
  return text;
}

/** The key of a PEM text. `what` begins the message of the error. Throws `UnusableKey`. */
export function parsePrivateKey(pem: string, what: string): KeyObject {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1];
  if (label === undefined || pem.length > MAX_KEY_BYTES)
    throw new UnusableKey(
      'not_a_pem',
      `${what}: not a PEM text; it must begin with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----`,
    );
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(pem))
    throw new UnusableKey(
      'encrypted',
      `${what}: encrypted with a passphrase; decrypt it first (openssl pkey -in key.pem -out plain.pem)`,
    );
  if (!label.endsWith('PRIVATE KEY'))
    throw new UnusableKey(
      'wrong_kind',
      `${what}: a ${label}; the private key is needed, not a public key or a certificate`,
    );
  const key = decoded(pem, what);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType === 'ed25519') return key;
  if (key.asymmetricKeyType === 'rsa' && bits >= LEAST_RSA_BITS) return key;
  const kind = key.asymmetricKeyType === 'rsa' ? `RSA key of ${bits} bits` : 'key of another kind';
  throw new UnusableKey(
    'wrong_kind',
    `${what}: a ${kind}; the exchange takes RSA of at least ${LEAST_RSA_BITS} bits or Ed25519`,
  );
}

function decoded(pem: string, what: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // The library's own message may quote what it read.
    throw new UnusableKey(
      'not_a_pem',
      `${what}: a PEM text whose content cannot be decoded; copy the whole file again`,
    );
  }
}
