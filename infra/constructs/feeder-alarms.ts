import { Duration } from 'aws-cdk-lib';
import { Stats, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ownMetric } from './own-metric.ts';
import type { AlarmDefinition } from './runbook-alarm.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** So many days before a key’s statement of place runs out somebody is told. */
const KEY_DAYS = 7;
const ABOVE = (limit: number) => ({ kind: 'above', limit }) as const;

/** Of what the feeder says of itself and its sources, and of the watchdog that says when it does not. */
export function feederAlarms(watchdog: IFunction): readonly AlarmDefinition[] {
  return [
    {
      name: 'feeder-gone',
      metric: ownMetric('watchdog', 'watchdog.feeder_gone', MINUTE, Stats.SUM),
      rings: ABOVE(0),
      periods: 2,
      silence: 'fine',
      means: 'No feeder holds the lease: nothing is entered, and exits wait for the next one.',
      runbook: 'feeder-gone',
    },
    {
      name: 'feeder-disconnected',
      metric: ownMetric('feeder', 'feeder.disconnected_kalshi', MINUTE, Stats.SUM),
      rings: ABOVE(0),
      periods: 1,
      silence: 'fine',
      means: 'The exchange’s stream has been away for more than 15 seconds.',
      runbook: 'feeder-disconnected',
    },
    {
      name: 'feeder-behind',
      metric: ownMetric('feeder', 'feeder.feed_behind', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(1),
      periods: 1,
      silence: 'fine',
      means: 'The exchange’s stream falls behind again and again on living connections.',
      runbook: 'feeder-disconnected',
    },
    {
      name: 'source-down',
      metric: ownMetric('feeder', 'feeder.source_down', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(0),
      periods: 1,
      silence: 'fine',
      means:
        'A source of odds or scores refuses us, is empty or fails: what rested on it is not priced.',
      runbook: 'source-down',
    },
    {
      name: 'data-missing',
      metric: ownMetric('feeder', 'feeder.missing_data', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(0),
      periods: 3,
      silence: 'fine',
      means:
        'Books or games that were asked for do not come, or scoreboards lack what they ought to show.',
      runbook: 'source-down',
    },
    {
      name: 'clock-skewed',
      metric: ownMetric('feeder', 'feeder.clock_skewed', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(0),
      periods: 1,
      silence: 'fine',
      means: 'The feeder’s clock is more than two seconds off the exchange’s.',
      runbook: 'clock-skewed',
    },
    {
      name: 'clock-unknown',
      metric: ownMetric('feeder', 'feeder.clock_unknown', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(3),
      periods: 2,
      silence: 'fine',
      means: 'Nothing is known of the exchange’s clock, and so not how old its messages are.',
      runbook: 'clock-skewed',
    },
    {
      name: 'key-attestation',
      metric: ownMetric('feeder', 'exchange.key_attestation_days', HOUR, Stats.MINIMUM),
      rings: { kind: 'below', limit: KEY_DAYS },
      periods: 1,
      silence: 'fine',
      means: 'The exchange soon refuses orders in sports, elections and entertainment.',
      runbook: 'key-attestation',
    },
    {
      name: 'messages-missed',
      metric: ownMetric('feeder', 'feeder.missed_by_stream', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(0),
      periods: 3,
      silence: 'fine',
      means: 'Fills or orders of ours came only by request: the stream does not bring them.',
      runbook: 'stream-incomplete',
    },
    {
      name: 'books-wrong',
      metric: ownMetric('feeder', 'feeder.book_mismatch', FIVE_MINUTES, Stats.SUM),
      rings: ABOVE(1),
      periods: 1,
      silence: 'fine',
      means: 'Books of ours differ from those that the exchange shows.',
      runbook: 'stream-incomplete',
    },
    {
      name: 'kill-switch',
      metric: ownMetric('feeder', 'kill_switch.not_clean', MINUTE, Stats.SUM),
      rings: ABOVE(0),
      periods: 1,
      silence: 'fine',
      means: 'After cancel_everything orders still rest, or nobody could prove that none does.',
      runbook: 'kill-switch',
    },
    ...(['feeder', 'reconcile', 'place-order'] as const).map((service): AlarmDefinition => ({
      name: `fuse-blown-${service}`,
      metric: ownMetric(service, 'fuse.blown', MINUTE, Stats.SUM),
      rings: ABOVE(0),
      periods: 1,
      silence: 'fine',
      means: 'The exchange cancelled what a strategy had resting, and refuses its new orders.',
      runbook: 'fuse-blown',
    })),
    {
      name: 'watchdog-silent',
      metric: watchdog.metricInvocations({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      rings: { kind: 'below', limit: 1 },
      periods: 1,
      silence: 'rings',
      means: 'The watchdog did not run: whatever else has stopped, nobody says so.',
      runbook: 'watchdog-silent',
    },
  ];
}

/** Said once an hour or once a day: what the last look found holds until the next one. */
export function dataAlarms(): readonly AlarmDefinition[] {
  return [
    {
      name: 'finals-missing',
      metric: ofReview('data.missing_finals'),
      rings: ABOVE(0),
      periods: 1,
      silence: 'as_before',
      means: 'Games that are long over have no final score in the record.',
      runbook: 'data-gaps',
    },
    {
      name: 'lines-thin-in-play',
      metric: ofReview('data.thin_in_play'),
      rings: ABOVE(0),
      periods: 1,
      silence: 'as_before',
      means: 'In a league, lines stood for too little of the time that its games were played.',
      runbook: 'data-gaps',
    },
  ];
}

function ofReview(metricName: string): Metric {
  return ownMetric('review-data', metricName, HOUR, Stats.MAXIMUM);
}
