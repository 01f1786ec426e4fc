import { describe, expect, test } from 'vitest';
import { deploymentFrom, STAGES } from '../../infra/config/deployment.ts';

const asked =
  (context: Readonly<Record<string, unknown>>) =>
  (key: string): unknown =>
    context[key];

const restOf = (stage: string): string =>
  deploymentFrom(asked({ stage, alertEmail: 'ops@example.com' })).addresses.kalshiRest;

describe('a deployment', () => {
  test('is paper in us-east-2 when nothing is asked for', () => {
    expect(deploymentFrom(asked({}))).toMatchObject({
      name: 'fairline-paper',
      stage: 'paper',
      region: 'us-east-2',
      alertEmail: null,
      config: '{}',
    });
  });

  test('knows the real exchange in live only', () => {
    const demo = 'https://external-api.demo.kalshi.co/trade-api/v2';
    expect(STAGES.map((stage) => [stage, restOf(stage)])).toEqual([
      ['paper', demo],
      ['demo', demo],
      ['live', 'https://external-api.kalshi.com/trade-api/v2'],
    ]);
  });

  test.each([
    [{ stage: 'prod' }, '-c stage=… is "prod"; it must be one of paper, demo, live'],
    [{ region: 'mars' }, '-c region=… is "mars"; it must be a region such as us-east-2'],
    [{ alertEmail: 'ops' }, '-c alertEmail=… is "ops"; it must be an address such as'],
    [{ monthlyBudgetUsd: '0' }, '-c monthlyBudgetUsd=… is "0"; it must be whole dollars'],
    [{ monthlyBudgetUsd: '1e3' }, 'it must be whole dollars from 1 to 100000'],
    [{ config: '[]' }, '-c config=… is "[]"; it must be the JSON text of an object'],
    [{ config: '{' }, 'it must be the JSON text of an object of at most 2500 bytes'],
    [{ config: JSON.stringify({ a: 'x'.repeat(2_500) }) }, 'of at most 2500 bytes'],
    [{ stage: 'live' }, '-c alertEmail=… is missing; the live stage alerts somebody'],
  ])('is refused for %j, with what is allowed', (context, message) => {
    expect(() => deploymentFrom(asked(context))).toThrow(message);
  });

  test('is told all that is wrong at once', () => {
    expect(() => deploymentFrom(asked({ stage: 'prod', region: 'mars' }))).toThrow(
      /stage=…[^]*region=…/,
    );
  });
});
