import { describe, expect, test } from 'vitest';
import { TABLES } from '../../shared/contracts/environment/tables.ts';
import { synthesisOf, type FoundResource } from '../support/synthesis.ts';

const live = synthesisOf('live');
const paper = synthesisOf('paper');

const DATA = 'fairline-live-data';
/** Resources that hold what cannot be made again. */
const STATEFUL = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::RDS::DBCluster',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
];

/** Renaming one of these is a migration of its content, and not a change of this list. */
const LOGICAL_IDS = [
  'accesslogsDE09D170',
  'alertskeyA4E568C4',
  'balldontlie91830830',
  'boltodds2B581276',
  'databaseEBDE4557',
  'decisionsC1B3B85F',
  'failuresAA6B3872',
  'fills04294F0A',
  'headroomF9C9464D',
  'journalDF5B3E4E',
  'kalshiE30A4001',
  'lease448C0641',
  'oddsapi7397E736',
  'openorders2E6B26C4',
  'orders46FA7C19',
  'ownershipEA218D47',
  'positionsADC7C523',
  'ratelimits099F74CE',
  'recordingsED80F6FD',
  'reports7921670E',
  'settlements959BE5A7',
  'tradingstateE1C1F003',
];

function replica({ properties }: FoundResource): Readonly<Record<string, unknown>> {
  const [first] = properties['Replicas'] as readonly Readonly<Record<string, unknown>>[];
  return first ?? {};
}

function scaling(stage: 'paper' | 'demo' | 'live'): unknown {
  const [cluster] = synthesisOf(stage).resources('AWS::RDS::DBCluster');
  return cluster?.properties['ServerlessV2ScalingConfiguration'];
}

describe('what a deployment holds', () => {
  test('keeps its logical ids: a new id is a new, empty resource, and the end of the old one', () => {
    const ids = STATEFUL.flatMap((type) =>
      live.resources(type).map(({ stack, id }) => `${stack} ${id}`),
    );
    expect(ids.toSorted()).toEqual(LOGICAL_IDS.map((id) => `${DATA} ${id}`));
  });

  test('lies in the data stack, which live protects from deletion', () => {
    const stacks = STATEFUL.flatMap((type) => live.resources(type).map(({ stack }) => stack));
    expect(new Set(stacks)).toEqual(new Set([DATA]));
  });

  test('stays when its stack goes in live, and goes with it in paper', () => {
    for (const type of STATEFUL) {
      for (const { id, deletionPolicy } of live.resources(type))
        expect([id, deletionPolicy]).toEqual([id, 'Retain']);
    }
    const policies = paper
      .resources('AWS::DynamoDB::GlobalTable')
      .map(({ deletionPolicy }) => deletionPolicy);
    expect(new Set(policies)).toEqual(new Set(['Delete']));
    expect(paper.resources('AWS::RDS::DBCluster')[0]?.deletionPolicy).toBe('Snapshot');
  });
});

describe('tables', () => {
  const tables = live.resources('AWS::DynamoDB::GlobalTable');

  test('are those of the contract, keyed by id, with a stream where one is read', () => {
    const made = tables.map(({ properties }) => ({
      name: properties['TableName'],
      keys: properties['KeySchema'],
      stream: properties['StreamSpecification'],
    }));
    const expected = TABLES.map(({ name, stream }) => ({
      name: `fairline-live-${name}`,
      keys: [{ AttributeName: 'id', KeyType: 'HASH' }],
      stream: stream ? { StreamViewType: 'NEW_IMAGE' } : undefined,
    }));
    expect(made).toEqual(expected);
  });

  test('are encrypted, on demand, restorable and protected in live', () => {
    for (const table of tables) {
      expect(table.properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      });
      expect(replica(table)).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    }
  });
});

describe('the record', () => {
  const [cluster] = live.resources('AWS::RDS::DBCluster');

  test('is encrypted Aurora 17 behind the Data API, its password made and renewed by RDS', () => {
    expect(cluster?.properties).toMatchObject({
      Engine: 'aurora-postgresql',
      EngineVersion: expect.stringMatching(/^17\./) as string,
      StorageEncrypted: true,
      EnableHttpEndpoint: true,
      EnableIAMDatabaseAuthentication: true,
      ManageMasterUserPassword: true,
      DeletionProtection: true,
      BackupRetentionPeriod: 35,
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5 },
    });
    expect(cluster?.properties).not.toHaveProperty('MasterUserPassword');
  });

  test('pauses in paper only', () => {
    expect(scaling('paper')).toMatchObject({ MinCapacity: 0, SecondsUntilAutoPause: 600 });
    expect(scaling('demo')).toMatchObject({ MinCapacity: 0.5 });
    expect(scaling('demo')).not.toHaveProperty('SecondsUntilAutoPause');
  });

  test('is reached by nobody over the network: no public instance, no inbound rule, no NAT', () => {
    for (const { properties } of live.resources('AWS::RDS::DBInstance'))
      expect(properties['PubliclyAccessible']).toBe(false);
    expect(live.resources('AWS::EC2::SecurityGroupIngress')).toEqual([]);
    for (const { properties } of live.resources('AWS::EC2::SecurityGroup'))
      expect(properties).not.toHaveProperty('SecurityGroupIngress');
    expect(live.resources('AWS::EC2::NatGateway')).toEqual([]);
    const isolated = live.resources('AWS::EC2::Subnet').filter(({ id }) => id.includes('database'));
    expect(isolated).toHaveLength(2);
    const routes = live.resources('AWS::EC2::Route').map(({ id }) => id);
    expect(routes.filter((id) => id.includes('database'))).toEqual([]);
  });
});

describe('buckets, secrets and the topic', () => {
  test('buckets are encrypted, versioned, private, TLS only, and nothing in them stays unfinished', () => {
    const buckets = live.resources('AWS::S3::Bucket');
    expect(buckets).toHaveLength(4);
    for (const { properties } of buckets) {
      expect(properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      expect(properties).toHaveProperty('BucketEncryption');
      expect(JSON.stringify(properties['LifecycleConfiguration'])).toContain(
        'AbortIncompleteMultipartUpload',
      );
    }
    const policies = live.resources('AWS::S3::BucketPolicy');
    expect(policies).toHaveLength(buckets.length);
    for (const { properties } of policies)
      expect(JSON.stringify(properties)).toContain('"aws:SecureTransport":"false"');
  });

  test('secrets are made without a value of ours: a person fills them in', () => {
    const secrets = live.resources('AWS::SecretsManager::Secret');
    expect(secrets.map(({ properties }) => properties['Name'])).toEqual([
      'fairline-live-kalshi',
      'fairline-live-boltodds',
      'fairline-live-odds-api',
      'fairline-live-balldontlie',
    ]);
    for (const { properties } of secrets) expect(properties).not.toHaveProperty('SecretString');
  });

  test('the topic is encrypted with a key that rotates, and told over TLS only', () => {
    const [topic] = live.resources('AWS::SNS::Topic');
    expect(topic?.properties).toHaveProperty('KmsMasterKeyId');
    expect(live.resources('AWS::KMS::Key')[0]?.properties['EnableKeyRotation']).toBe(true);
    expect(JSON.stringify(live.resources('AWS::SNS::TopicPolicy'))).toContain(
      '"aws:SecureTransport":"false"',
    );
  });
});
