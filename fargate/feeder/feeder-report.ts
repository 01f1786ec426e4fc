import type { LogFields } from '../../shared/ports/telemetry.ts';
import type { FeederCounts, FeederStatus } from './feeder.ts';

/** How a feeder is, in few words and numbers. */
export function feederReport(status: FeederStatus, feederCounts: FeederCounts): LogFields {
  const { state, epoch, isRecovered, tradingState, queueDepth, recording } = status;
  const { published, ...counts } = feederCounts;
  return {
    state,
    epoch,
    isRecovered,
    tradingState,
    queueDepth,
    recording,
    ...counts,
    ticks: published.ticks.sent,
    heldTicks: published.heldTicks.sent,
    orderMessages: published.orderMessages.sent,
    events: published.events.sent,
  };
}
