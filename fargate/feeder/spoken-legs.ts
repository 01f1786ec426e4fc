import type { EpochMs } from '../../shared/domain/market/market.ts';
import { legKey, saidMs } from '../../shared/domain/odds/assembly.ts';
import { ODDS_FEEDS, type LineLeg } from '../../shared/domain/odds/line.ts';

/** What feeds said of one game, both by `legKey`. */
export type SpokenLegs = {
  /** The last of each feed, book and outcome that stands. */
  readonly legs: Map<string, LineLeg>;
  /**
   * When something was last said of it, also that it is gone, by its source's time but no later than it came. A feed
   * that is lost has said it all the same.
   */
  readonly spokenMs: Map<string, EpochMs>;
};

/** Whose word of which outcome. */
type Speaker = Pick<LineLeg, 'feed' | 'source' | 'side'>;

/**
 * Notes when something was said. True when a leg of a feed after the speaker's counted until now and no longer does.
 */
export function noteSpoken(
  { legs, spokenMs }: SpokenLegs,
  speaker: Speaker,
  atMs: EpochMs,
): boolean {
  const key = legKey(speaker);
  const knownMs = spokenMs.get(key) ?? Number.NEGATIVE_INFINITY;
  if (atMs <= knownMs) return false;
  spokenMs.set(key, atMs);
  return ODDS_FEEDS.slice(ODDS_FEEDS.indexOf(speaker.feed) + 1).some((feed) => {
    const leg = legs.get(legKey({ ...speaker, feed }));
    return leg !== undefined && saidMs(leg) < atMs && saidMs(leg) >= knownMs;
  });
}

/**
 * All legs but those that a feed ahead of theirs has spoken after: what a feed said before does not count again because
 * the one that knows better took its word away, or was lost.
 */
export function legsThatCount(game: SpokenLegs): readonly LineLeg[] {
  return [...game.legs.values()].filter((leg) => !isOvertaken(leg, game));
}

/** Whether a feed ahead of a leg's own has spoken later of the same book and outcome. */
function isOvertaken(leg: LineLeg, { spokenMs }: SpokenLegs): boolean {
  return ODDS_FEEDS.slice(0, ODDS_FEEDS.indexOf(leg.feed)).some(
    (feed) => (spokenMs.get(legKey({ ...leg, feed })) ?? Number.NEGATIVE_INFINITY) > saidMs(leg),
  );
}
