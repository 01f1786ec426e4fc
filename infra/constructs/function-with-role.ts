import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing, type CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BUNDLING, leftOutOf } from '../../shared/contracts/environment/bundling.ts';
import type { FunctionDefinition } from '../../shared/contracts/environment/functions.ts';
import { acknowledgeEverywhere, acknowledgeObjects } from './acknowledge.ts';
import { allow } from './grants.ts';
import { ROOT } from './root.ts';

/** Where the maps of minified functions are kept for whoever reads a stack trace. */
const SOURCE_MAPS = join(ROOT, 'out', 'source-maps');

export type FunctionWithRoleProps = {
  readonly deploymentName: string;
  readonly definition: FunctionDefinition;
  readonly environment: Readonly<Record<string, string>>;
  /** All that it may do beside writing its log and traces. */
  readonly permissions: readonly PolicyStatement[];
  readonly reservedConcurrency: number | null;
};

/**
 * A function with its folder, log group and a role of its own. The role is closed: no construct can add to it later, so
 * what stands here is what the function may do.
 */
export class FunctionWithRole extends Construct {
  readonly fn: NodejsFunction;
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, props: FunctionWithRoleProps) {
    const { definition, deploymentName, environment, permissions, reservedConcurrency } = props;
    const { name, memoryMb, timeoutS, does } = definition;
    super(scope, name);
    const functionName = `${deploymentName}-${name}`;
    const folder = `functions/${name}`;
    this.timeout = Duration.seconds(timeoutS);
    const logGroup = new LogGroup(this, 'log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${functionName}: ${does}`.replaceAll('’', "'"),
      inlinePolicies: {
        log: new PolicyDocument({
          statements: [
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
          ],
        }),
        traces: new PolicyDocument({
          statements: [allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*'])],
        }),
        ...(permissions.length === 0
          ? {}
          : { work: new PolicyDocument({ statements: [...permissions] }) }),
      },
    });
    acknowledgeEverywhere(
      this.role,
      'Permissions for writing traces to X-Ray and for listing streams take no resource.',
    );
    acknowledgeObjects(this.role, permissions);
    this.fn = new NodejsFunction(this, 'function', {
      functionName,
      description: does,
      entry: join(ROOT, folder, 'compose.ts'),
      handler: 'handler',
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: this.timeout,
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: { ...environment },
      // The SDK keeps its connections by itself; the variable for it would be one that nobody reads.
      awsSdkConnectionReuse: false,
      ...(reservedConcurrency === null
        ? {}
        : { reservedConcurrentExecutions: reservedConcurrency }),
      bundling: {
        minify: BUNDLING.minify,
        target: BUNDLING.target,
        format: OutputFormat.CJS,
        mainFields: [...BUNDLING.mainFields],
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        externalModules: [...leftOutOf(name)],
        esbuildArgs: {
          '--legal-comments': BUNDLING.legalComments,
          ...Object.fromEntries(
            Object.entries(BUNDLING.alias).map(([module, path]) => [`--alias:${module}`, path]),
          ),
        },
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, outputDir) => {
            mkdirSync(SOURCE_MAPS, { recursive: true });
            return [`mv "${outputDir}/index.js.map" "${SOURCE_MAPS}/${name}.js.map"`];
          },
        },
      },
    });
    (this.fn.node.defaultChild as CfnFunction).addMetadata('fairline:folder', folder);
  }
}
