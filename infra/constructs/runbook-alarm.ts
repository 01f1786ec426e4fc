import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** When an alarm rings, and which page says what to do. */
export type AlarmDefinition = {
  readonly name: string;
  /** Its period and statistic are what is compared. */
  readonly metric: Metric;
  readonly rings:
    | { readonly kind: 'above'; readonly limit: number }
    | { readonly kind: 'below'; readonly limit: number };
  /** Periods in a row. */
  readonly periods: number;
  /** What it means when the metric says nothing. */
  readonly silence: 'fine' | 'rings';
  readonly means: string;
  /** Name of the page in docs/runbooks. */
  readonly runbook: string;
};

/** An alarm that tells the topic when it rings and when it is over, and names its runbook. */
export function runbookAlarm(
  scope: Construct,
  deploymentName: string,
  topic: ITopic,
  { name, metric, rings, periods, silence, means, runbook }: AlarmDefinition,
): Alarm {
  const alarm = new Alarm(scope, name, {
    alarmName: `${deploymentName}-${name}`,
    alarmDescription: `${means} What to do: docs/runbooks/${runbook}.md`,
    metric,
    threshold: rings.limit,
    evaluationPeriods: periods,
    comparisonOperator:
      rings.kind === 'above'
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData:
      silence === 'fine' ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
  });
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}
