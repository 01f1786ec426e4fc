import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

/** One call within the region takes milliseconds; what takes longer is asked again while the function still has time. */
const WITHIN_REGION = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

export function dynamoClient(): DynamoDBClient {
  return new DynamoDBClient(WITHIN_REGION);
}

export function sqsClient(): SQSClient {
  return new SQSClient(WITHIN_REGION);
}

export function secretsClient(): SecretsManagerClient {
  return new SecretsManagerClient(WITHIN_REGION);
}
