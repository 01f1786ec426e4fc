import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleTargetInput, type ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { allow } from './grants.ts';

/** An event that waited longer is dropped: the next call does what it would have done. */
const MAX_EVENT_AGE_S = 60;
const MAX_RETRIED_EVENT_AGE_S = 3_600;

/** A schedule whose role may do one thing to one target. */
export class RoleSchedule extends Construct {
  constructor(
    scope: Construct,
    name: string,
    props: {
      readonly deploymentName: string;
      readonly expression: ScheduleExpression;
      readonly target: { readonly arn: string; readonly action: string };
      /** What the target is given; an empty object when it is left out. */
      readonly input?: Readonly<Record<string, string>>;
      readonly retries: number;
    },
  ) {
    super(scope, `${name}-schedule`);
    const { deploymentName, expression, target, input = {}, retries } = props;
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        target: new PolicyDocument({ statements: [allow([target.action], [target.arn])] }),
      },
    });
    new Schedule(this, 'schedule', {
      scheduleName: `${deploymentName}-${name}`,
      schedule: expression,
      target: {
        bind: () => ({
          arn: target.arn,
          role,
          input: ScheduleTargetInput.fromObject(input),
          retryPolicy: {
            maximumRetryAttempts: retries,
            maximumEventAgeInSeconds: Duration.seconds(
              retries === 0 ? MAX_EVENT_AGE_S : MAX_RETRIED_EVENT_AGE_S,
            ).toSeconds(),
          },
        }),
      },
    });
  }
}
