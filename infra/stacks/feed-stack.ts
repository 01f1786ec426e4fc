import { Duration, IgnoreMode, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Capability,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LinuxParameters,
  LogDriver,
  OperatingSystemFamily,
  type CfnTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { FEEDER_READS } from '../../shared/contracts/environment/functions.ts';
import type { Deployment } from '../config/deployment.ts';
import { FEEDER_TABLE_ACCESS } from '../config/table-access.ts';
import { acknowledgeObjects } from '../constructs/acknowledge.ts';
import { grantsFor } from '../constructs/grants.ts';
import { ROOT } from '../constructs/root.ts';
import type { DataStack } from './data-stack.ts';
import type { TradingStack } from './trading-stack.ts';

/** Time to drain between SIGTERM and SIGKILL. */
const STOP_TIMEOUT = Duration.seconds(30);
const CPU = 512;
const MEMORY_MIB = 1_024;
/** Not root. It writes no file: the recording goes to S3 from memory. */
const USER = '1000:1000';

/** What the image is built from; everything else of the repository neither enters it nor changes its hash. */
const IMAGE_SOURCES = ['package.json', 'package-lock.json', 'fargate', 'shared'];

/** The feeder: one task on ARM in a public subnet that nothing can call, with what it may do in its role. */
export class FeedStack extends Stack {
  readonly service: FargateService;

  constructor(
    scope: Construct,
    deployment: Deployment,
    { data, trading }: { readonly data: DataStack; readonly trading: TradingStack },
  ) {
    super(scope, `${deployment.name}-feed`, {
      env: { region: deployment.region },
      description: 'Fairline: the feeder, only holder of sockets',
    });
    const name = `${deployment.name}-feeder`;
    const cluster = new Cluster(this, 'cluster', {
      clusterName: deployment.name,
      vpc: data.vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
    }) as ICluster;
    this.service = new FargateService(this, 'service', {
      serviceName: name,
      cluster,
      taskDefinition: this.#task(name, trading),
      desiredCount: 1,
      // The new task waits for the old one's lease, so both may run, and the gap is as long as the drain.
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [this.#callsOutOnly(data)],
      enableExecuteCommand: false,
    });
  }

  #task(name: string, trading: TradingStack): FargateTaskDefinition {
    const task = new FargateTaskDefinition(this, 'task', {
      family: name,
      cpu: CPU,
      memoryLimitMiB: MEMORY_MIB,
      runtimePlatform: {
        cpuArchitecture: CpuArchitecture.ARM64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      taskRole: this.#role(trading),
    });
    (task.node.defaultChild as CfnTaskDefinition).addMetadata('fairline:folder', 'fargate/feeder');
    Validations.of(task).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-ECS2',
        reason:
          'The variables are names and addresses; secrets are read by their name at run time.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
        reason: 'ecr:GetAuthorizationToken, to pull the image, takes no resource.',
      },
    );
    const linux = new LinuxParameters(this, 'linux', { initProcessEnabled: true });
    linux.dropCapabilities(Capability.ALL);
    task.addContainer('feeder', {
      containerName: 'feeder',
      image: ContainerImage.fromDockerImageAsset(this.#image()),
      environment: Object.fromEntries(
        FEEDER_READS.map((variable) => [variable, trading.variables[variable]]),
      ),
      user: USER,
      readonlyRootFilesystem: true,
      linuxParameters: linux,
      stopTimeout: STOP_TIMEOUT,
      // Alive is not the same as leading: a task that waits for the lease is healthy. ECS reads no HEALTHCHECK of
      // images.
      healthCheck: {
        command: ['CMD', 'node', '/app/main.mjs', 'health'],
        interval: Duration.seconds(15),
        timeout: Duration.seconds(5),
        startPeriod: Duration.seconds(60),
        retries: 3,
      },
      logging: LogDriver.awsLogs({
        streamPrefix: 'feeder',
        logGroup: new LogGroup(this, 'log', {
          logGroupName: `/fairline/${name}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      }),
    });
    return task;
  }

  #image(): DockerImageAsset {
    return new DockerImageAsset(this, 'image', {
      directory: ROOT,
      file: 'fargate/feeder/Dockerfile',
      platform: Platform.LINUX_ARM64,
      ignoreMode: IgnoreMode.DOCKER,
      exclude: ['*', ...IMAGE_SOURCES.map((path) => `!${path}`)],
    });
  }

  #role(trading: TradingStack): Role {
    const statements = grantsFor(
      FEEDER_READS,
      { tables: FEEDER_TABLE_ACCESS, objects: '' },
      trading.parts,
    );
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
      description: 'What the feeder may do',
      inlinePolicies: {
        work: new PolicyDocument({ statements: [...statements] }),
      },
    });
    acknowledgeObjects(role, statements);
    return role;
  }

  #callsOutOnly({ vpc }: DataStack): SecurityGroup {
    const group = new SecurityGroup(this, 'calls-out-only', {
      vpc,
      description: 'The feeder calls out over TLS; nothing calls it',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'exchange, odds, scores and AWS');
    return group;
  }
}
