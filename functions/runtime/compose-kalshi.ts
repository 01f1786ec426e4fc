import * as z from 'zod';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretText } from '../../shared/adapters/aws/secrets.ts';
import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** A key that was replaced is seen within this. */
const KEY_MAX_AGE_MS = 600_000;

const keySchema = z.object({ keyId: z.string().min(1), privateKeyPem: z.string().min(1) });

export type KalshiConnection = HttpTransport & {
  /** Has the key ready; before an invocation that may send, so that no order fails for want of it. */
  readonly prepare: () => Promise<void>;
};

/** The exchange's REST interface, signed with the key that a secret holds. Its sockets are kept between invocations. */
export function kalshiConnection({
  restUrl,
  secretId,
  client,
  clock,
  timeoutMs,
}: {
  readonly restUrl: string;
  readonly secretId: string;
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  readonly timeoutMs: number;
}): KalshiConnection {
  let transport: SignedHttpTransport | null = null;
  let heldText = '';
  let readAtMs = -Infinity;

  async function prepare(): Promise<void> {
    if (clock.nowMs() - readAtMs < KEY_MAX_AGE_MS) return;
    const text = await currentText();
    if (text !== heldText) {
      const signer = requestSigner(parseKey(text, secretId));
      // The old one is left to its requests under way: an answer that is lost is an order of unknown outcome.
      transport = new SignedHttpTransport({
        restUrl,
        signer,
        nowMs: () => clock.nowMs(),
        timeoutMs,
      });
      heldText = text;
    }
    readAtMs = clock.nowMs();
  }

  /** While the secret cannot be read, the key that is held is good enough. */
  async function currentText(): Promise<string> {
    try {
      return await secretText(client, secretId);
    } catch (error) {
      if (heldText === '') throw error;
      return heldText;
    }
  }

  return {
    prepare,
    request: (request) => {
      invariant(transport !== null, 'a request is sent only after the key was made ready');
      return transport.request(request);
    },
  };
}

/** Messages never quote the text. */
function parseKey(text: string, secretId: string): z.infer<typeof keySchema> {
  const parsed = keySchema.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `secret ${secretId} must hold {"keyId": "…", "privateKeyPem": "…"}; put the key that the exchange gave you there`,
  );
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
