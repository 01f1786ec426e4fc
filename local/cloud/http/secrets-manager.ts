import * as z from 'zod';
import { arnOf } from '../cloud-names.ts';
import type { Secrets } from '../secrets.ts';
import { AwsError } from '../parts/aws-error.ts';
import type { Service } from './http-call.ts';
import { action, jsonService } from './json-service.ts';

/** Secrets Manager: GetSecretValue by name or ARN; a secret has one version. */
export function secretsManagerService(cloud: { readonly secrets: Secrets }): Service {
  return jsonService({
    actions: {
      GetSecretValue: action(
        z.looseObject({ SecretId: z.string().min(1) }),
        'ValidationException',
        ({ SecretId }) => {
          const name = SecretId.startsWith('arn:') ? SecretId.split(':secret:').at(-1) : SecretId;
          const value = name === undefined ? null : cloud.secrets.get(name);
          if (name === undefined || value === null)
            throw new AwsError(
              'ResourceNotFoundException',
              `Secrets Manager can't find the specified secret value: ${SecretId}`,
            );
          return {
            ARN: arnOf('secret', name),
            Name: name,
            SecretString: value,
            VersionId: 'local',
            VersionStages: ['AWSCURRENT'],
          };
        },
      ),
    },
  });
}
