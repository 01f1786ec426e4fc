import { createRequire } from 'node:module';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { ED25519_KEY, RSA_KEY } from '../support/venue-client.ts';
import type { BenchRow } from './bench-row.ts';
import { fastestSeconds, rounded } from './measure.ts';

const SIGNATURES = 500;
const ROUNDS = 8;
const PATH = '/trade-api/v2/portfolio/events/orders';

/** The part of the exchange's own SDK that signs; it knows RSA only. */
type SdkAuth = {
  readonly KalshiAuth: new (
    keyId: string,
    privateKeyPem: string,
  ) => { generateAuthHeaders(method: string, path: string): Readonly<Record<string, string>> };
};

/** What the three headers of a request cost with a key that is read once, beside the exchange's own SDK. */
export function benchSignatures(): BenchRow[] {
  const sdkModule = createRequire(import.meta.url)('kalshi-typescript/dist/auth.js') as SdkAuth;
  const sdk = new sdkModule.KalshiAuth(RSA_KEY.keyId, RSA_KEY.privateKeyPem);
  const rsa = requestSigner(RSA_KEY);
  const ed25519 = requestSigner(ED25519_KEY);
  const request = { method: 'POST', path: PATH, nowMs: 1_795_262_400_123 };
  const ours = microseconds(() => void rsa(request));
  const short = microseconds(() => void ed25519(request));
  const theirs = microseconds(() => void sdk.generateAuthHeaders('POST', PATH));
  const note = `fastest of ${ROUNDS} rounds of ${SIGNATURES}`;
  return [
    { name: 'signature: RSA-2048 PSS, ours', value: rounded(ours), unit: 'µs', note },
    { name: 'signature: Ed25519, ours', value: rounded(short), unit: 'µs', note },
    {
      name: 'signature: RSA-2048 PSS, kalshi-typescript',
      value: rounded(theirs),
      unit: 'µs',
      note: `${note}; it parses the key each time and has no Ed25519`,
    },
    ratio('signature: ours against the SDK, RSA', theirs / ours),
    ratio('signature: our Ed25519 against the SDK', theirs / short),
  ];
}

function ratio(name: string, value: number): BenchRow {
  return { name, value: rounded(value), unit: 'ratio', note: 'above 1 is faster than the SDK' };
}

function microseconds(sign: () => void): number {
  const seconds = fastestSeconds(ROUNDS, () => {
    for (let n = 0; n < SIGNATURES; n += 1) sign();
  });
  return (seconds / SIGNATURES) * 1e6;
}
