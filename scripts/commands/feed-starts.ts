import type { MapReport } from '../../shared/application/map-catalogue.ts';

/** Where one odds feed's starts stand against the scoreboard's. */
export type FeedStarts = MapReport['starts'][number];

/** For people: how many agree, and what to do where the feed may have changed its zone. */
export function startsInWords(starts: FeedStarts): string {
  const { feed, checked, agree, zoneSuspected, differ, isZoneSwitch } = starts;
  const counts = `${feed}: of ${checked} starts ${agree} agree with the scoreboard, ${zoneSuspected} are off by a zone, ${differ} by something else`;
  return isZoneSwitch
    ? `${counts}. It may have changed its zone: compare its times with a schedule before anything else. Until they agree again nothing of these games is used.`
    : `${counts}.`;
}
