import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Queue, type CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { STAGES } from '../../infra/config/deployment.ts';
import { checkAgainstAwsSolutions, fairlineApp } from '../../infra/fairline-app.ts';
import { FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { fakeDocker, reportIn, synthesisOf } from '../support/synthesis.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_RESOURCES_OF_A_STACK = 500;

describe.each(STAGES)('the %s stage', (stage) => {
  const synthesis = synthesisOf(stage);

  test('has no finding that nobody acknowledged, and each acknowledgement says why', () => {
    expect(synthesis.findings).toEqual([]);
    for (const { rule, reason } of synthesis.suppressed)
      expect([rule, reason.length > 30]).toEqual([rule, true]);
  });

  test('acknowledges nothing but wildcards, keys of others and plain variables', () => {
    const rules = new Set(synthesis.suppressed.map(({ rule }) => rule.replace(/\[.*/, '')));
    expect([...rules].toSorted()).toEqual(
      [
        'AwsSolutions-ECS2',
        'AwsSolutions-IAM5',
        'AwsSolutions-SMG4',
        'AwsSolutions-SQS3',
        ...(stage === 'live' ? [] : ['AwsSolutions-RDS10']),
      ].toSorted(),
    );
  });

  test('has four stacks of a size that CloudFormation takes', () => {
    const sizes = Object.entries(synthesis.templates).map(
      ([name, { Resources }]) => [name, Object.keys(Resources).length] as const,
    );
    expect(sizes.map(([name]) => name.replace(`fairline-${stage}-`, '')).toSorted()).toEqual([
      'data',
      'feed',
      'observability',
      'trading',
    ]);
    for (const [name, size] of sizes)
      expect([name, size < MOST_RESOURCES_OF_A_STACK]).toEqual([name, true]);
  });
});

describe('of a seeded stack', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'fairline-seeded-'));
  const seeded = fairlineApp({ outdir });
  const stack = new Stack(seeded, 'seeded');
  const queue = new Queue(stack, 'queue', { queueName: 'open' });
  (queue.node.defaultChild as CfnQueue).addPropertyOverride('Colour', 'red');
  checkAgainstAwsSolutions(seeded);
  afterAll(() => rmSync(outdir, { recursive: true, force: true }));

  test('a finding of AWS Solutions that nobody acknowledged fails the synthesis', () => {
    expect(() => seeded.synth()).toThrow('AwsSolutions-SQS4');
  });

  test('a property that CloudFormation does not know is found', () => {
    expect(reportIn(outdir).findings).toContain('F3002');
  });
});

test('with its functions bundled, it calls no docker, and deploys one file a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairline-synth-'));
  try {
    const docker = fakeDocker(folder);
    const outdir = join(folder, 'out');
    execFileSync(process.execPath, ['infra/bin/app.ts'], {
      cwd: ROOT,
      stdio: 'pipe',
      env: {
        ...process.env,
        PATH: `${docker.folder}${delimiter}${process.env['PATH'] ?? ''}`,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ stage: 'demo' }),
      },
    });
    expect(docker.calls()).toBe('');
    const bundles = readdirSync(outdir)
      .filter((name) => name.startsWith('asset.'))
      .map((name) => readdirSync(join(outdir, name)).join());
    expect(bundles.filter((files) => files === 'index.js')).toHaveLength(FUNCTIONS.length);
    expect(bundles.filter((files) => files !== 'index.js')).toEqual([
      'fargate,package-lock.json,package.json,shared',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
