import { constants, verify, type KeyObject } from 'node:crypto';
import type { EpochMs } from '../../shared/domain/market/market.ts';

/** Whose a key is, and what its signatures are verified with. */
export type VenueAccount = { readonly account: string; readonly publicKey: KeyObject };
export type VenueAccounts = ReadonlyMap<string, VenueAccount>;
/** Whose key it is that has an id; what may grow while the exchange runs. */
export type AccountLookUp = Pick<VenueAccounts, 'get'>;

/** Headers as Node gives them: lower-case names. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How far a signature's time may be from the exchange's: 10 s were accepted and 30 s were not (Kalshi, seen by users). */
export const SIGNATURE_WINDOW_MS = 10_000;

export type Authentication =
  | { readonly kind: 'account'; readonly account: string; readonly keyId: string }
  /** 401 with the body of the exchange. */
  | { readonly kind: 'refused'; readonly body: string };

/** Verifies the three headers of a request as the exchange does (docs.kalshi.com, "API Keys"). */
export function authenticate(
  accounts: AccountLookUp,
  request: {
    readonly headers: RequestHeaders;
    readonly method: string;
    /** From the root of the host, without the query. */
    readonly path: string;
    readonly nowMs: EpochMs;
  },
): Authentication {
  const { headers, method, path, nowMs } = request;
  const keyId = headers['kalshi-access-key'];
  const timestamp = headers['kalshi-access-timestamp'];
  const signature = headers['kalshi-access-signature'];
  if (typeof keyId !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
    return refused('signature_is_missing_from_headers', 'signature is missing from headers');
  const member = accounts.get(keyId);
  if (member === undefined) return authenticationError('NOT_FOUND');
  if (!/^\d{1,16}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp)) > SIGNATURE_WINDOW_MS)
    return refused('header_timestamp_expired', 'header timestamp expired');
  const text = Buffer.from(`${timestamp}${method}${path}`);
  return isSignedBy(member.publicKey, text, Buffer.from(signature, 'base64'))
    ? { kind: 'account', account: member.account, keyId }
    : authenticationError('INCORRECT_API_KEY_SIGNATURE');
}

/** True when a request carries any of the headers: public reads may come without all of them. */
export function carriesAuthentication(headers: RequestHeaders): boolean {
  return Object.keys(headers).some((name) => name.startsWith('kalshi-access-'));
}

function isSignedBy(key: KeyObject, text: Buffer, signature: Buffer): boolean {
  return key.asymmetricKeyType === 'ed25519'
    ? verify(null, text, key, signature)
    : verify(
        'sha256',
        text,
        {
          key,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        },
        signature,
      );
}

function refused(code: string, message: string): Authentication {
  return { kind: 'refused', body: JSON.stringify({ error: { code, message } }) };
}

function authenticationError(details: string): Authentication {
  const code = 'authentication_error';
  return { kind: 'refused', body: JSON.stringify({ error: { code, message: code, details } }) };
}
