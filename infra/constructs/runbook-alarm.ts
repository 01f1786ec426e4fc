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
  /** What it means when the metric says nothing: for one that is only said now and then, that the last word stands. */
  readonly silence: 'fine' | 'rings' | 'as_before';
  readonly means: string;
  /** Name of the page in docs/runbooks. */
  readonly runbook: string;
};

const WHEN_SILENT: Readonly<Record<AlarmDefinition['silence'], TreatMissingData>> = {
  fine: TreatMissingData.NOT_BREACHING,
  rings: TreatMissingData.BREACHING,
  as_before: TreatMissingData.IGNORE,
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
    treatMissingData: WHEN_SILENT[silence],
  });
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
  return alarm;
}
