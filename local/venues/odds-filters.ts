import type { BoltFilters } from '../../shared/adapters/boltodds/wire/subscribe.ts';
import type { WireMessage } from '../../shared/simulator/sportsbooks/feed-oddities.ts';

/** A message without data (an acknowledgement, an error) passes every filter; a filter that matches nothing is silent. */
export function passesFilters({ data }: WireMessage, filters: BoltFilters): boolean {
  if (data === undefined) return true;
  const { sports, sportsbooks, games, markets } = filters;
  const outcomes = data.outcomes === undefined ? null : Object.values(data.outcomes);
  return (
    isWanted(sports, data.sport) &&
    isWanted(sportsbooks, data.sportsbook) &&
    isWanted(games, data.game) &&
    (markets === undefined ||
      outcomes === null ||
      outcomes.some((outcome) => isWanted(markets, outcome.outcome_name)))
  );
}

function isWanted(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.includes(value);
}
