import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** The text of a secret by name or ARN. Each call asks; who needs it often keeps it. Errors name the secret only. */
export async function secretText(client: SecretsManagerClient, id: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Error(`secret ${id} is not there, or has no value yet: create it, then start again`, {
      cause: error,
    });
  }
  throw new Error(`secret ${id} holds bytes; it must hold text`);
}
