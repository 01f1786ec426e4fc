import { describe, expect, test } from 'vitest';
import { STAGES, WIRING_DEPLOYMENT } from '../../infra/config/deployment.ts';
import { dataReviewRequestSchema } from '../../shared/contracts/data-review-request.ts';
import { synthesisOf } from '../support/synthesis.ts';

type Target = {
  readonly Arn: unknown;
  readonly Input: string;
  readonly RetryPolicy: { readonly MaximumRetryAttempts: number };
};

describe.each(STAGES)('in the %s stage', (stage) => {
  const synthesis = synthesisOf(stage);
  const reviews = synthesis
    .resources('AWS::Scheduler::Schedule')
    .map(({ properties }) => properties)
    .filter(({ Name }) => String(Name).includes('-review-'))
    .toSorted((a, b) => (String(a['Name']) < String(b['Name']) ? -1 : 1));
  const fn = synthesis
    .resources('AWS::Lambda::Function')
    .find(({ properties }) => properties['FunctionName'] === `fairline-${stage}-review-data`);

  test('what was kept is looked at each day, and each hour where the database does not sleep', () => {
    const day = ['review-day', 'cron(0 9 * * ? *)', 'America/New_York', '{"window":"day"}'];
    const hour = ['review-hour', 'cron(5 * * * ? *)', 'Etc/UTC', '{"window":"hour"}'];
    expect(
      reviews.map(({ Name, ScheduleExpression, ScheduleExpressionTimezone, Target }) => [
        String(Name).replace(`fairline-${stage}-`, ''),
        ScheduleExpression,
        ScheduleExpressionTimezone,
        (Target as Target).Input,
      ]),
    ).toEqual(synthesis.deployment.reviewsHourly ? [day, hour] : [day]);
    expect(synthesis.deployment.reviewsHourly).toBe(stage !== 'paper');
    const [cluster] = synthesis.resources('AWS::RDS::DBCluster');
    const scaling = cluster?.properties['ServerlessV2ScalingConfiguration'] as {
      readonly MinCapacity: number;
    };
    expect(scaling.MinCapacity === 0).toBe(!synthesis.deployment.reviewsHourly);
  });

  test('each schedule calls review-data with a request that it takes, and tries again', () => {
    expect(reviews.length).toBeGreaterThan(0);
    for (const { Target } of reviews) {
      const { Arn, Input, RetryPolicy } = Target as Target;
      expect(JSON.stringify(Arn)).toContain(fn?.id ?? 'no such function');
      expect(dataReviewRequestSchema.safeParse(JSON.parse(Input)).success).toBe(true);
      expect(RetryPolicy.MaximumRetryAttempts).toBeGreaterThan(0);
    }
  });
});

test('on one machine both are wired, because its database never sleeps', () => {
  expect(WIRING_DEPLOYMENT.reviewsHourly).toBe(true);
});
