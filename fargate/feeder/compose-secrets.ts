import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secretText } from '../../shared/adapters/aws/secrets.ts';
import type { SigningKey } from '../../shared/adapters/kalshi/request-signer.ts';
import { keyFromSecret } from '../../shared/adapters/kalshi/signing-keys.ts';
import type { VariableName } from '../../shared/contracts/environment/functions.ts';
import type { DomainConfig } from '../../shared/contracts/domain-config.ts';

/** The keys that the feeder needs. Those of sources that are off are not read. */
export type FeederSecrets = {
  readonly kalshi: SigningKey;
  readonly boltodds: string;
  readonly oddsApi: string | null;
  readonly balldontlie: string | null;
};

const tokenSecret = z.object({ token: z.string().min(1) });
const apiKeySecret = z.object({ apiKey: z.string().min(1) });

/** Reads them at once. Throws what to put where when one holds something else; its text is never quoted. */
export async function readSecrets(
  client: SecretsManagerClient,
  variable: (name: VariableName) => string,
  { oddsApi, balldontlie }: Pick<DomainConfig['feeds'], 'oddsApi' | 'balldontlie'>,
): Promise<FeederSecrets> {
  const apiKey = async (name: VariableName): Promise<string> => {
    const id = variable(name);
    return held(apiKeySecret, await secretText(client, id), { id, holds: '{"apiKey": "…"}' })
      .apiKey;
  };
  const kalshiId = variable('KALSHI_SECRET_ID');
  const boltId = variable('BOLTODDS_SECRET_ID');
  const [kalshi, boltodds, oddsApiKey, balldontlieKey] = await Promise.all([
    secretText(client, kalshiId),
    secretText(client, boltId),
    oddsApi === 'on' ? apiKey('ODDS_API_SECRET_ID') : null,
    balldontlie === 'on' ? apiKey('BALLDONTLIE_SECRET_ID') : null,
  ]);
  return {
    kalshi: keyFromSecret(kalshi, kalshiId),
    boltodds: held(tokenSecret, boltodds, { id: boltId, holds: '{"token": "…"}' }).token,
    oddsApi: oddsApiKey,
    balldontlie: balldontlieKey,
  };
}

/** The texts that never enter a recording. */
export function secretTexts(secrets: FeederSecrets): readonly string[] {
  const { kalshi, boltodds, oddsApi, balldontlie } = secrets;
  return [kalshi.keyId, boltodds, oddsApi ?? '', balldontlie ?? ''];
}

function held<Value>(
  schema: z.ZodType<Value>,
  text: string,
  { id, holds }: { readonly id: string; readonly holds: string },
): Value {
  const parsed = schema.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new Error(`secret ${id} must hold ${holds}; put what the vendor gave you there`);
}

/** Messages of errors never quote the text. */
function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
