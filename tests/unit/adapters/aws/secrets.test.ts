import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, expect, it } from 'vitest';
import { secretText } from '../../../../shared/adapters/aws/secrets.ts';

const secrets = mockClient(SecretsManagerClient);
afterEach(() => secrets.reset());

const client = new SecretsManagerClient({});

it('gives the text of a secret', async () => {
  secrets.on(GetSecretValueCommand, { SecretId: 'kalshi' }).resolves({ SecretString: '{"a":1}' });
  expect(await secretText(client, 'kalshi')).toBe('{"a":1}');
});

it('names a secret that is not there and what to do', async () => {
  secrets
    .on(GetSecretValueCommand)
    .rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }));
  await expect(secretText(client, 'kalshi')).rejects.toThrow(
    'secret kalshi is not there, or has no value yet: create it, then start again',
  );
});

it('refuses a secret of bytes', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array([1]) });
  await expect(secretText(client, 'kalshi')).rejects.toThrow('secret kalshi holds bytes');
});
