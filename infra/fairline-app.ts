import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Deployment } from './config/deployment.ts';
import { DataStack } from './stacks/data-stack.ts';
import { FeedStack } from './stacks/feed-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { TradingStack } from './stacks/trading-stack.ts';

const CONTEXT = {
  // A stack that others use something of cannot lose it: CloudFormation refuses before anything breaks.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // Logs of access are let in by a policy; lists of access control are off in new buckets.
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
};

/** An app without stacks. `bundles: false` leaves functions as they are, for whoever only reads the templates. */
export function fairlineApp({
  outdir,
  bundles = true,
}: { readonly outdir?: string; readonly bundles?: boolean } = {}): App {
  return new App({
    analyticsReporting: false,
    context: { ...CONTEXT, ...(bundles ? {} : { 'aws:cdk:bundling-stacks': [] }) },
    ...(outdir === undefined ? {} : { outdir }),
  });
}

/** The four stacks of one deployment. */
export function addFairline(app: App, deployment: Deployment): void {
  const data = new DataStack(app, deployment);
  const trading = new TradingStack(app, deployment, data);
  new FeedStack(app, deployment, { data, trading });
  new ObservabilityStack(app, deployment, { data, trading });
  Tags.of(app).add('fairline', deployment.name);
}

/** Has the synthesis fail on what AWS Solutions finds and nobody acknowledged with a reason. */
export function checkAgainstAwsSolutions(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
