import { Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import { ServicePrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  type CfnDBCluster,
} from 'aws-cdk-lib/aws-rds';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { TABLES, type TableName } from '../../shared/contracts/environment/tables.ts';
import type { Deployment } from '../config/deployment.ts';
import type { BucketName } from '../constructs/grants.ts';

export const DATABASE_NAME = 'fairline';

/** Another port than PostgreSQL's own; the Data API finds it by itself. */
const DATABASE_PORT = 5433;
const MAX_ACU = 4;
const AUTO_PAUSE = Duration.minutes(10);

/**
 * What outlives a deployment of the rest: hot state, the record, files, secrets, and the topic that both the functions
 * and the alarms tell. In `live` nothing of it is deleted with the stack. Parts are handed on as CDK's interfaces, and by
 * assertion: its classes miss them by optional members that may be undefined.
 */
export class DataStack extends Stack {
  readonly vpc: IVpc;
  readonly tables: Readonly<Record<TableName, TableV2>>;
  readonly recordings: IBucket;
  readonly reports: IBucket;
  readonly failures: IBucket;
  readonly bucketNames: Readonly<Record<BucketName, string>>;
  readonly kalshiSecret: ISecret;
  readonly boltOddsSecret: ISecret;
  readonly oddsApiSecret: ISecret;
  readonly balldontlieSecret: ISecret;
  readonly database: CfnDBCluster;
  readonly databaseSecretArn: string;
  readonly alerts: Topic;
  readonly alertsKey: Key;
  /** UUID that client order ids are made in; a stack made anew has another, so that old ids are never met. */
  readonly namespace: string;

  readonly #deployment: Deployment;
  readonly #removal: RemovalPolicy;
  readonly #isLive: boolean;

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, `${deployment.name}-data`, {
      env: { region: deployment.region },
      description: 'Fairline: hot state, record, files, secrets, alerts',
      terminationProtection: deployment.stage === 'live',
    });
    this.#deployment = deployment;
    this.#isLive = deployment.stage === 'live';
    this.#removal = this.#isLive ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.namespace = deployment.namespace ?? Fn.select(2, Fn.split('/', this.stackId));

    const accessLogs = this.#bucket('access-logs', null, [{ expiration: Duration.days(90) }]);
    this.recordings = this.#bucket('recordings', accessLogs, [
      {
        expiration: Duration.days(this.#isLive ? 1_825 : 90),
        noncurrentVersionExpiration: Duration.days(30),
      },
    ]);
    this.reports = this.#bucket('reports', accessLogs, [
      { noncurrentVersionExpiration: Duration.days(365) },
    ]);
    this.failures = this.#bucket('failures', accessLogs, [
      { expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) },
    ]);

    this.bucketNames = {
      recordings: this.#bucketName('recordings'),
      reports: this.#bucketName('reports'),
      failures: this.#bucketName('failures'),
    };

    this.tables = Object.fromEntries(
      TABLES.map(({ name, stream }) => [name, this.#table(name, stream)]),
    ) as Record<TableName, TableV2>;

    this.vpc = this.#network(accessLogs);
    const cluster = this.#database();
    this.database = cluster.node.defaultChild as CfnDBCluster;
    this.databaseSecretArn = this.database.attrMasterUserSecretSecretArn;

    this.kalshiSecret = this.#secret('kalshi', '{"keyId", "privateKeyPem"} of the exchange');
    this.boltOddsSecret = this.#secret('boltodds', '{"token"} of the odds feed');
    this.oddsApiSecret = this.#secret('odds-api', '{"apiKey"} of The Odds API, if it is on');
    this.balldontlieSecret = this.#secret('balldontlie', '{"apiKey"} of Balldontlie, if it is on');

    this.alertsKey = this.#alertsKey();
    this.alerts = this.#alertsTopic();

    new CfnOutput(this, 'DatabaseInit', {
      description: 'Run once after the first deployment, and after each that brings migrations',
      value: [
        `DATABASE_CLUSTER_ARN=${this.database.attrDbClusterArn}`,
        `DATABASE_SECRET_ARN=${this.databaseSecretArn}`,
        `DATABASE_NAME=${DATABASE_NAME}`,
        `TABLE_PREFIX=${deployment.name}-`,
        'npx fairline db-init',
      ].join(' '),
    });
  }

  #table(name: TableName, stream: boolean): TableV2 {
    return new TableV2(this, name, {
      tableName: `${this.#deployment.name}-${name}`,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      // Uses show in CloudTrail, and there is no key of ours to lose.
      encryption: TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: this.#isLive,
      removalPolicy: this.#removal,
      ...(stream ? { dynamoStream: StreamViewType.NEW_IMAGE } : {}),
    });
  }

  #bucket(name: string, accessLogs: IBucket | null, rules: readonly LifecycleRule[]): IBucket {
    return new Bucket(this, name, {
      // Names of buckets are shared by everybody.
      bucketName: this.#bucketName(name),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: this.#removal,
      ...(accessLogs === null
        ? {}
        : { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `s3/${name}/` }),
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }, ...rules],
    }) as IBucket;
  }

  #bucketName(name: string): string {
    return `${this.#deployment.name}-${name}-${Aws.ACCOUNT_ID}`;
  }

  /** Two zones, no NAT: the feeder calls out from the public subnets, the database is reached by the Data API only. */
  #network(accessLogs: IBucket): IVpc {
    const vpc = new Vpc(this, 'network', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'feeder', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'database', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
      gatewayEndpoints: {
        s3: { service: GatewayVpcEndpointAwsService.S3 },
        dynamodb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    }) as IVpc;
    vpc.addFlowLog('refused', {
      destination: FlowLogDestination.toS3(accessLogs, 'vpc/'),
      trafficType: FlowLogTrafficType.REJECT,
    });
    return vpc;
  }

  #database(): DatabaseCluster {
    const isPaper = this.#deployment.stage === 'paper';
    const cluster = new DatabaseCluster(this, 'database', {
      engine: DatabaseClusterEngine.auroraPostgres({
        version: AuroraPostgresEngineVersion.VER_17_7,
      }),
      clusterIdentifier: `${this.#deployment.name}-record`,
      defaultDatabaseName: DATABASE_NAME,
      credentials: Credentials.fromUsername('fairline'),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      enableDataApi: true,
      port: DATABASE_PORT,
      vpc: this.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      writer: ClusterInstance.serverlessV2('writer', { publiclyAccessible: false }),
      serverlessV2MinCapacity: isPaper ? 0 : 0.5,
      serverlessV2MaxCapacity: MAX_ACU,
      ...(isPaper ? { serverlessV2AutoPauseDuration: AUTO_PAUSE } : {}),
      storageEncrypted: true,
      backup: { retention: Duration.days(this.#isLive ? 35 : 7) },
      copyTagsToSnapshot: true,
      deletionProtection: this.#isLive,
      removalPolicy: this.#isLive ? RemovalPolicy.RETAIN : RemovalPolicy.SNAPSHOT,
    });
    if (!this.#isLive) {
      Validations.of(cluster).acknowledge({
        id: 'AwsSolutions::AwsSolutions-RDS10',
        reason:
          'Outside of live the stack is to be removable; the last state is kept as a snapshot.',
      });
    }
    return cluster;
  }

  #secret(name: string, holds: string): ISecret {
    const secret = new Secret(this, name, {
      secretName: `${this.#deployment.name}-${name}`,
      description: `${holds}; filled in by hand, see docs/deploy.md`,
      removalPolicy: this.#removal,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason:
        'Only its issuer can make a new key, on its web site: AWS cannot rotate it. docs/deploy.md says how a person does.',
    });
    return secret as ISecret;
  }

  /** Alarms and budgets may only publish to an encrypted topic whose key lets them. */
  #alertsKey(): Key {
    const key = new Key(this, 'alerts-key', {
      alias: `${this.#deployment.name}-alerts`,
      description: 'Encrypts alerts on their way',
      enableKeyRotation: true,
      removalPolicy: this.#removal,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: ALERTING_SERVICES.map((service) => new ServicePrincipal(service)),
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return key;
  }

  #alertsTopic(): Topic {
    const topic = new Topic(this, 'alerts', {
      topicName: `${this.#deployment.name}-alerts`,
      masterKey: this.alertsKey,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: ALERTING_SERVICES.map((service) => new ServicePrincipal(service)),
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (this.#deployment.alertEmail !== null)
      topic.addSubscription(new EmailSubscription(this.#deployment.alertEmail));
    return topic;
  }
}

const ALERTING_SERVICES = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];
