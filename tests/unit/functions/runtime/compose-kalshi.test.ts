import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { kalshiConnection } from '../../../../functions/runtime/compose-kalshi.ts';
import { MemoryTelemetry } from '../../../../shared/adapters/memory/memory-telemetry.ts';
import { TestClock } from '../../../support/trading-desk.ts';

const privateKeyPem = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const keyText = (keyId: string): string => JSON.stringify({ keyId, privateKeyPem });
const READ = { method: 'GET', path: '/portfolio/balance', query: {}, body: null } as const;

/** A connection, the secret behind it, and the keys that its requests were signed with. */
async function connected(text: string) {
  const secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).resolves({ SecretString: text });
  const keys: (string | undefined)[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    keys.push([request.headers['kalshi-access-key']].flat()[0]);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clock = new TestClock();
  const telemetry = new MemoryTelemetry();
  const connection = kalshiConnection({
    restUrl: `http://127.0.0.1:${port}/trade-api/v2`,
    secretId: 'fairline/kalshi',
    client: new SecretsManagerClient({ region: 'us-east-2' }),
    clock,
    telemetry,
    timeoutMs: 2_000,
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { connection, secrets, clock, telemetry, keys, close };
}

describe('the connection to the exchange', () => {
  it('reads its key once, and again when it may have been replaced', async () => {
    const { connection, secrets, clock, keys, close } = await connected(keyText('first'));
    try {
      await connection.prepare();
      await connection.prepare();
      await connection.request(READ);
      expect(secrets.calls()).toHaveLength(1);
      secrets.on(GetSecretValueCommand).resolves({ SecretString: keyText('second') });
      clock.advance(600_000);
      await connection.prepare();
      await connection.request(READ);
      expect(keys).toEqual(['first', 'second']);
    } finally {
      close();
    }
  });

  it('goes on with the key it holds while the secret cannot be read', async () => {
    const { connection, secrets, clock, keys, close } = await connected(keyText('first'));
    try {
      await connection.prepare();
      secrets.on(GetSecretValueCommand).rejects(new Error('no route'));
      clock.advance(600_000);
      await connection.prepare();
      await connection.request(READ);
      expect(keys).toEqual(['first']);
    } finally {
      close();
    }
  });

  it.each([
    ['text', 'the new secret'],
    ['key', JSON.stringify({ keyId: 'second', privateKeyPem: 'the new secret' })],
  ])('goes on with the key it holds when the %s that replaced it cannot sign', async (_, text) => {
    const { connection, secrets, clock, telemetry, keys, close } = await connected(
      keyText('first'),
    );
    try {
      await connection.prepare();
      secrets.on(GetSecretValueCommand).resolves({ SecretString: text });
      clock.advance(600_000);
      await connection.prepare();
      await connection.request(READ);
      expect(keys).toEqual(['first']);
      expect(telemetry.lines()).toMatchObject([{ level: 'error', event: 'exchange_key_kept' }]);
      expect(JSON.stringify(telemetry.lines())).not.toContain('the new secret');
    } finally {
      close();
    }
  });

  it.each([
    ['no JSON', 'the secret text'],
    ['another shape', '{"keyId":"the secret text"}'],
    ['an empty key', JSON.stringify({ keyId: '', privateKeyPem })],
  ])('refuses %s before anything is sent, and does not quote it', async (_, text) => {
    const { connection, keys, close } = await connected(text);
    try {
      const refusal = await connection.prepare().catch((error: unknown) => String(error));
      expect(refusal).toContain('secret fairline/kalshi must hold {"keyId"');
      expect(refusal).not.toContain('the secret text');
      expect(keys).toEqual([]);
    } finally {
      close();
    }
  });

  it('sends nothing before its key is ready', async () => {
    const { connection, close } = await connected(keyText('first'));
    expect(() => connection.request(READ)).toThrow('only after the key was made ready');
    close();
  });
});
