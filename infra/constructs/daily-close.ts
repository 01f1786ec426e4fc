import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  Fail,
  LogLevel,
  Pass,
  QueryLanguage,
  Result,
  StateMachine,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
  type IChainable,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { FunctionWithRole } from './function-with-role.ts';
import { allow } from './grants.ts';

/** Looks at the exchange before the day is closed without agreement; unrolled, because ASL counts nothing here. */
const LOOKS = 3;
const WAIT_BETWEEN_LOOKS = Duration.seconds(10);
const TIMEOUT = Duration.minutes(30);

const AGREED = Condition.stringEquals('$.look.Payload.kind', 'agreed');

/**
 * The state machine `daily-close`: holds our books against the exchange's, up to three times, then builds the report of
 * the day in any case; what it was started with goes on to the report. It fails, and so alarms, when the books did not
 * agree or the report could not be built.
 */
export class DailyClose extends Construct {
  readonly machine: StateMachine;

  readonly #reconcile: FunctionWithRole;
  readonly #buildReport: FunctionWithRole;

  constructor(
    scope: Construct,
    props: {
      readonly deploymentName: string;
      readonly reconcile: FunctionWithRole;
      readonly buildReport: FunctionWithRole;
    },
  ) {
    super(scope, 'daily-close');
    this.#reconcile = props.reconcile;
    this.#buildReport = props.buildReport;
    const name = `${props.deploymentName}-daily-close`;
    const logGroup = new LogGroup(this, 'log', {
      // Of this prefix CloudWatch needs no entry in its resource policy, which has a limit.
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.machine = new StateMachine(this, 'machine', {
      stateMachineName: name,
      queryLanguage: QueryLanguage.JSON_PATH,
      definitionBody: DefinitionBody.fromChainable(this.#looks()),
      role: this.#role().withoutPolicyUpdates(),
      timeout: TIMEOUT,
      tracingEnabled: true,
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: true },
    });
  }

  #looks(): IChainable {
    const report = this.#report();
    const unseen = new Pass(this, 'Not seen', {
      comment: 'The exchange could not be asked: the report says so.',
      result: Result.fromObject({ Payload: { kind: 'unseen' } }),
      resultPath: '$.look',
    });
    unseen.next(report);
    let next: IChainable = report;
    for (let look = LOOKS; look >= 1; look -= 1) {
      const again = next;
      const task = this.#look(look).addCatch(unseen, {
        errors: ['States.ALL'],
        resultPath: '$.error',
      });
      const agreed = new Choice(this, `Agreed ${look}?`).when(AGREED, report);
      if (look === LOOKS) agreed.otherwise(report);
      else {
        const wait = new Wait(this, `Wait after look ${look}`, {
          time: WaitTime.duration(WAIT_BETWEEN_LOOKS),
        });
        wait.next(again);
        agreed.otherwise(wait);
      }
      task.next(agreed);
      next = task;
    }
    return next;
  }

  #look(look: number): TaskStateBase {
    const task = new LambdaInvoke(this, `Look ${look}`, {
      lambdaFunction: this.#reconcile.fn,
      payload: TaskInput.fromObject({}),
      resultPath: '$.look',
    });
    // The minute's own reconciliation may be running: it is the only one that may.
    return task.addRetry({
      errors: ['Lambda.TooManyRequestsException'],
      interval: Duration.seconds(15),
      backoffRate: 1,
      maxAttempts: 8,
    });
  }

  #report(): IChainable {
    const task = new LambdaInvoke(this, 'Build report', {
      lambdaFunction: this.#buildReport.fn,
      payload: TaskInput.fromJsonPathAt('$'),
      resultPath: '$.report',
    });
    task.addRetry({
      errors: ['States.TaskFailed', 'States.Timeout'],
      interval: Duration.seconds(30),
      backoffRate: 2,
      maxAttempts: 2,
    });
    return task.next(
      new Choice(this, 'Agreed?').when(AGREED, new Succeed(this, 'Closed')).otherwise(
        new Fail(this, 'Not agreed', {
          error: 'NotReconciled',
          cause: 'Our books and the exchange did not agree; docs/runbooks/daily-close.md',
        }),
      ),
    );
  }

  #role(): Role {
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        functions: new PolicyDocument({
          statements: [
            allow(
              ['lambda:InvokeFunction'],
              [this.#reconcile.fn.functionArn, this.#buildReport.fn.functionArn],
            ),
          ],
        }),
        traces: new PolicyDocument({
          statements: [
            allow(
              [
                'xray:PutTraceSegments',
                'xray:PutTelemetryRecords',
                'xray:GetSamplingRules',
                'xray:GetSamplingTargets',
              ],
              ['*'],
            ),
          ],
        }),
        log: new PolicyDocument({
          statements: [
            allow(
              [
                'logs:CreateLogDelivery',
                'logs:GetLogDelivery',
                'logs:UpdateLogDelivery',
                'logs:DeleteLogDelivery',
                'logs:ListLogDeliveries',
                'logs:PutResourcePolicy',
                'logs:DescribeResourcePolicies',
                'logs:DescribeLogGroups',
              ],
              ['*'],
            ),
          ],
        }),
      },
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs take no resource in their permissions.',
    });
    return role;
  }
}
