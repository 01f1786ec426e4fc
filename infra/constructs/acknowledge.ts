import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

const WILDCARD = 'AwsSolutions::AwsSolutions-IAM5';

/** Acknowledges that a role has permissions for `*`, because they take no resource. */
export function acknowledgeEverywhere(role: IConstruct, reason: string): void {
  Validations.of(role).acknowledge({ id: `${WILDCARD}[Resource::*]`, reason });
}

/** Acknowledges permissions to put objects anywhere in one bucket; any other wildcard stays a finding. */
export function acknowledgeObjects(role: IConstruct, statements: readonly PolicyStatement[]): void {
  for (const { actions, resources } of statements) {
    if (actions.join() !== 's3:PutObject') continue;
    for (const resource of resources) {
      Validations.of(role).acknowledge({
        id: `${WILDCARD}[Resource::${asNagPrints(Stack.of(role).resolve(resource))}]`,
        reason: 'The keys of objects are made as they are written; the bucket is one.',
      });
    }
  }
}

/** A text with references as cdk-nag writes it: `arn:<AWS::Partition>:s3:::…`. */
function asNagPrints(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const { 'Fn::Join': join, Ref: ref } = resolved as {
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
    readonly Ref?: string;
  };
  if (ref !== undefined) return `<${ref}>`;
  if (join === undefined)
    throw new Error(`${JSON.stringify(resolved)} is neither text nor Fn::Join`);
  return join[1].map(asNagPrints).join(join[0]);
}
