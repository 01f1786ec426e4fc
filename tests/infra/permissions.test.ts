import { describe, expect, test } from 'vitest';
import { FEEDER_READS, FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { synthesisOf, type FoundResource } from '../support/synthesis.ts';

const live = synthesisOf('live');

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
};

function statementsOf({ properties }: FoundResource): readonly Statement[] {
  const inline = (properties['Policies'] ?? []) as readonly {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
  return inline.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

const listed = <T>(one: T | readonly T[]): readonly T[] =>
  Array.isArray(one) ? (one as readonly T[]) : [one as T];
const actionsOf = (role: FoundResource): readonly string[] =>
  statementsOf(role).flatMap(({ Action }) => listed(Action));

const roles = live.resources('AWS::IAM::Role');
const policies = live.resources('AWS::IAM::Policy').map(({ id, properties }) => ({
  id,
  statements: (properties['PolicyDocument'] as { readonly Statement: readonly Statement[] })
    .Statement,
}));
const everything = [
  ...roles.map((role) => ({ id: role.id, statements: statementsOf(role) })),
  ...policies,
];

/** Actions that AWS gives no resource to ("Actions, resources, and condition keys"). */
const WITHOUT_RESOURCE = [
  'ecr:GetAuthorizationToken',
  'dynamodb:ListStreams',
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

/** The role of a function, found as the one that its function names. */
function roleOf(name: string): FoundResource {
  const fn = live
    .resources('AWS::Lambda::Function')
    .find(({ properties }) => properties['FunctionName'] === `fairline-live-${name}`);
  const reference = JSON.stringify(fn?.properties['Role']);
  const role = roles.find(({ id }) => reference.includes(`"${id}"`));
  if (role === undefined) throw new Error(`${name} has no role of its own`);
  return role;
}

/** The functions that may do something at a service. */
function holders(service: string): readonly string[] {
  return FUNCTIONS.filter(({ name }) =>
    actionsOf(roleOf(name)).some((action) => action.startsWith(`${service}:`)),
  ).map(({ name }) => name);
}

describe('every role', () => {
  test('allows named actions only', () => {
    expect(everything.length).toBeGreaterThan(FUNCTIONS.length);
    for (const { id, statements } of everything) {
      for (const { Action } of statements)
        for (const action of listed(Action))
          expect([id, action]).toEqual([id, expect.not.stringContaining('*')]);
    }
  });

  test('allows them on named resources, but where AWS knows none', () => {
    const anywhere = everything.flatMap(({ statements }) =>
      statements
        .filter(({ Resource }) => listed(Resource).includes('*'))
        .flatMap(({ Action }) => listed(Action)),
    );
    expect([...new Set(anywhere)].toSorted()).toEqual(WITHOUT_RESOURCE.toSorted());
  });

  test('uses no managed policy', () => {
    for (const { id, properties } of roles)
      expect([id, properties['ManagedPolicyArns']]).toEqual([id, undefined]);
  });
});

describe('functions', () => {
  test('have a role each, that no other construct adds to', () => {
    const used = FUNCTIONS.map(({ name }) => roleOf(name).id);
    expect(new Set(used).size).toBe(FUNCTIONS.length);
    const added = policies.filter(({ id }) => !id.startsWith('taskExecutionRole'));
    expect(added).toEqual([]);
  });

  test.each(FUNCTIONS)(
    '$name reaches what its variables name, and nothing else',
    ({ name, reads }) => {
      const actions = new Set(actionsOf(roleOf(name)).map((action) => action.split(':')[0]));
      const may: Readonly<Record<string, boolean>> = {
        dynamodb: reads.includes('TABLE_PREFIX') || name === 'write-ledger',
        sqs: true,
        secretsmanager: reads.includes('KALSHI_SECRET_ID') || reads.includes('DATABASE_SECRET_ARN'),
        'rds-data': reads.includes('DATABASE_CLUSTER_ARN'),
        s3: reads.includes('REPORTS_BUCKET') || name === 'write-ledger',
        sns: reads.includes('ALERTS_TOPIC_ARN'),
        kms: reads.includes('ALERTS_TOPIC_ARN'),
        events: false,
        lambda: false,
        states: false,
      };
      for (const [service, allowed] of Object.entries(may))
        if (!allowed) expect([...actions]).not.toContain(service);
      expect(actions.has('rds-data')).toBe(may['rds-data']);
      expect(actions.has('secretsmanager')).toBe(may['secretsmanager']);
    },
  );

  test('only the two writers and the two that report reach Aurora; only the trading ones the exchange’s key', () => {
    expect(holders('rds-data')).toEqual([
      'write-ledger',
      'write-history',
      'build-report',
      'review-data',
    ]);
    expect(holders('sns')).toEqual(['watchdog']);
    const withKey = FUNCTIONS.filter(({ name }) =>
      JSON.stringify(statementsOf(roleOf(name))).includes('kalshi'),
    ).map(({ name }) => name);
    expect(withKey).toEqual(
      FUNCTIONS.filter(({ reads }) => reads.includes('KALSHI_SECRET_ID')).map(({ name }) => name),
    );
  });

  test('review-data puts objects below data/ of the reports and nowhere else', () => {
    const puts = (name: string) =>
      statementsOf(roleOf(name))
        .filter(({ Action }) => listed(Action).includes('s3:PutObject'))
        .flatMap(({ Resource }) => listed(Resource))
        .map((resource) => JSON.stringify(resource));
    expect(puts('review-data')).toEqual([
      expect.stringMatching(/fairline-live-reports-.*\/data\/\*"/),
    ]);
    expect(puts('build-report')).toEqual([expect.stringMatching(/fairline-live-reports-.*\/\*"/)]);
    const services = actionsOf(roleOf('review-data')).map((action) => action.split(':')[0]);
    expect(new Set(services)).toEqual(
      new Set(['logs', 'rds-data', 's3', 'secretsmanager', 'xray']),
    );
  });

  test('score-edges reads no store', () => {
    const actions = actionsOf(roleOf('score-edges'));
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual([]);
    expect(actions.filter((action) => action.startsWith('secretsmanager:'))).toEqual([]);
  });

  test('the journal is only added to, and only by those who trade', () => {
    for (const role of roles) {
      for (const { Action, Resource } of statementsOf(role)) {
        const actions = listed(Action).filter((action) => action.startsWith('dynamodb:'));
        if (!JSON.stringify(Resource).includes('journal') || actions.length === 0) continue;
        expect(actions).not.toContain('dynamodb:DeleteItem');
        expect(actions).not.toContain('dynamodb:UpdateItem');
      }
    }
  });
});

describe('the feeder', () => {
  const [task] = live.resources('AWS::ECS::TaskDefinition');
  const taskRole = JSON.stringify(task?.properties['TaskRoleArn']);
  const role = roles.find(({ id }) => taskRole.includes(`"${id}"`));

  test('alone writes the lease, and alone publishes on the bus', () => {
    const writers = roles.filter((each) =>
      statementsOf(each).some(
        ({ Action, Resource }) =>
          listed(Action).includes('dynamodb:PutItem') && JSON.stringify(Resource).includes('lease'),
      ),
    );
    const publishers = roles.filter((each) => actionsOf(each).includes('events:PutEvents'));
    expect(writers.map(({ id }) => id)).toEqual([role?.id]);
    expect(publishers.map(({ id }) => id)).toEqual([role?.id]);
  });

  test('reads its four secrets, sends to its three queues and takes from its own', () => {
    const statements = role === undefined ? [] : statementsOf(role);
    const count = (action: string) =>
      statements
        .filter(({ Action }) => listed(Action).includes(action))
        .flatMap(({ Resource }) => listed(Resource)).length;
    expect(count('secretsmanager:GetSecretValue')).toBe(4);
    const queues = FEEDER_READS.filter((name) => name.endsWith('_QUEUE_URL'));
    expect(queues).toContain('FEEDER_COMMANDS_QUEUE_URL');
    expect(count('sqs:SendMessage')).toBe(queues.length - 1);
    expect(count('sqs:ReceiveMessage')).toBe(1);
    expect(count('sqs:DeleteMessage')).toBe(1);
    expect(count('rds-data:ExecuteStatement')).toBe(0);
  });
});
