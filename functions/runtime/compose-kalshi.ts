import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretText } from '../../shared/adapters/aws/secrets.ts';
import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { requestSigner } from '../../shared/adapters/kalshi/request-signer.ts';
import { SignedHttpTransport } from '../../shared/adapters/kalshi/signed-http-transport.ts';
import { keyFromSecret } from '../../shared/adapters/kalshi/signing-keys.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Telemetry } from '../../shared/ports/telemetry.ts';

/** A key that was replaced is seen within this. */
const KEY_MAX_AGE_MS = 600_000;
const SHOWN_LENGTH = 300;

export type KalshiConnection = HttpTransport & {
  /** Has the key ready; before an invocation that may send, so that no order fails for want of it. */
  readonly prepare: () => Promise<void>;
};

/**
 * The exchange's REST interface, signed with the key that a secret holds. Its sockets are kept between invocations. While
 * the secret cannot be read, or holds no key that can sign, the key that is held goes on.
 */
export function kalshiConnection({
  restUrl,
  secretId,
  client,
  clock,
  telemetry,
  timeoutMs,
}: {
  readonly restUrl: string;
  readonly secretId: string;
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly timeoutMs: number;
}): KalshiConnection {
  let transport: SignedHttpTransport | null = null;
  let heldText = '';
  let readAtMs = -Infinity;

  async function prepare(): Promise<void> {
    const ageMs = clock.nowMs() - readAtMs;
    // Of the time to come is a reading from before the clock was set back.
    if (ageMs >= 0 && ageMs < KEY_MAX_AGE_MS) return;
    try {
      const text = await secretText(client, secretId);
      if (text !== heldText) transport = transportOf(text);
      heldText = text;
    } catch (error) {
      // An exit that is not sent costs more than a key that is an hour too old.
      if (transport === null) throw error;
      telemetry.log('error', 'exchange_key_kept', {
        why: String(error instanceof Error ? error.message : error).slice(0, SHOWN_LENGTH),
      });
    }
    readAtMs = clock.nowMs();
  }

  /** The one before is left to its requests under way: an answer that is lost is an order of unknown outcome. */
  function transportOf(text: string): SignedHttpTransport {
    const signer = requestSigner(keyFromSecret(text, secretId));
    return new SignedHttpTransport({ restUrl, signer, nowMs: () => clock.nowMs(), timeoutMs });
  }

  return {
    prepare,
    request: (request) => {
      invariant(transport !== null, 'a request is sent only after the key was made ready');
      return transport.request(request);
    },
  };
}
