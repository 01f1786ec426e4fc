import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesizeWiring, wiringText } from '../../infra/synthesize-wiring.ts';
import { partOf, TemplateParts, type Template } from '../../infra/template-parts.ts';
import { wiringOf } from '../../infra/wiring.ts';
import { FUNCTIONS } from '../../shared/contracts/environment/functions.ts';
import { MAPPED_QUEUES, QUEUES } from '../../shared/contracts/environment/queues.ts';
import { TABLE_NAMES } from '../../shared/contracts/environment/tables.ts';

const ROOT = new URL('../../', import.meta.url);

function fresh() {
  const outdir = mkdtempSync(join(tmpdir(), 'fairline-wiring-'));
  try {
    return synthesizeWiring(outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const wiring = fresh();

test('the committed wiring is what the stacks say now (npx node infra/bin/write-wiring.ts)', () => {
  expect(readFileSync(new URL('infra/wiring.json', ROOT), 'utf8')).toBe(wiringText(wiring));
});

test('it names every queue, table and function of the contracts, and its folder', () => {
  expect(Object.keys(wiring.tables).toSorted()).toEqual([...TABLE_NAMES].toSorted());
  const names = Object.keys(wiring.queues);
  expect(QUEUES.filter(({ name }) => !names.includes(name))).toEqual([]);
  expect(wiring.queueMappings.map(({ queue }) => queue)).toEqual(
    MAPPED_QUEUES.map(({ name }) => name).toSorted(),
  );
  for (const { name } of FUNCTIONS)
    expect(wiring.functions[name]?.folder).toBe(`functions/${name}`);
});

test('nothing of an environment is left that nobody could fill in', () => {
  const environments = [...Object.values(wiring.functions), ...Object.values(wiring.tasks)];
  const text = environments.map(({ environment }) => JSON.stringify(environment)).join();
  expect(text).not.toContain('Fn::');
  expect(text).not.toContain('${other:');
  expect(text).toContain('${runtime:KALSHI_REST_URL}');
});

describe('references', () => {
  const exporter: Template = {
    Resources: {
      Ticks: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'fairline-x-ticks' } },
      Files: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: { 'Fn::Join': ['-', ['fairline-x-files', { Ref: 'AWS::AccountId' }]] },
        },
      },
    },
    Outputs: {
      Arn: { Value: { 'Fn::GetAtt': ['Ticks', 'Arn'] }, Export: { Name: 'ticks-arn' } },
    },
  };
  const importer: Template = { Resources: {} };
  const parts = new TemplateParts('fairline-x', [exporter, importer]);

  test.each([
    [{ Ref: 'Ticks' }, '${queue:ticks.url}'],
    [{ 'Fn::GetAtt': ['Ticks', 'QueueName'] }, '${queue:ticks.name}'],
    [{ Ref: 'Files' }, '${bucket:files.name}'],
    [{ 'Fn::Sub': 'at ${Ticks.Arn} in ${AWS::Region}' }, 'at ${queue:ticks.arn} in us-east-2'],
    [{ 'Fn::Sub': ['${Whose}!', { Whose: { Ref: 'Ticks' } }] }, '${queue:ticks.url}!'],
    [{ 'Fn::Join': ['', ['<', { Ref: 'Ticks' }, '>']] }, '<${queue:ticks.url}>'],
    [{ 'Fn::Select': [1, ['a', { Ref: 'Ticks' }]] }, '${queue:ticks.url}'],
  ])('%j is %s', (value, expected) => {
    expect(parts.resolve(value, exporter)).toBe(expected);
  });

  test('lead through exports into another stack', () => {
    const resolved = parts.resolve({ 'Fn::ImportValue': 'ticks-arn' }, importer);
    expect(partOf(resolved)).toEqual({ kind: 'queue', name: 'ticks', attribute: 'arn' });
  });

  test.each([
    [{ 'Fn::ImportValue': 'gone' }, 'nothing exports gone'],
    [{ Ref: 'Gone' }, 'Gone is not in its template'],
    [{ 'Fn::Cidr': ['10.0.0.0/8', 1, 1] }, 'Fn::Cidr is not resolved'],
  ])('%j is refused', (value, message) => {
    expect(() => parts.resolve(value, exporter)).toThrow(message);
  });

  test('a source that is no part of the wiring is refused, not left out', () => {
    const stream: Template = {
      Resources: {
        Kinesis: { Type: 'AWS::Kinesis::Stream' },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: { 'Fn::Sub': 'arn:${Kinesis}' } },
        },
      },
    };
    expect(() => wiringOf('fairline-x', [stream])).toThrow('is not a part that is known');
  });
});
