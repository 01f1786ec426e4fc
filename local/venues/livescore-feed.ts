import { encodeLivescore } from '../../shared/adapters/boltodds/wire/encode-livescore.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { SoccerMatch } from '../../shared/simulator/games/soccer-match.ts';
import { boltGameOf } from '../../shared/simulator/sportsbooks/sportsbook.ts';

/** As the feed names the league of the matches that it is given. */
export const SOCCER_SPORT = 'EPL';

/**
 * The frames of the live scores of matches at a time. Of every second match the state's A is the away side, so that who
 * does not look at the designation is wrong half of the time.
 */
export function livescoresAt(matches: readonly SoccerMatch[], nowMs: EpochMs): readonly string[] {
  return matches.map((match, index) => {
    const { stage, elapsedSeconds, score } = match.stateAt(nowMs);
    return encodeLivescore({
      game: boltGameOf(match.match, SOCCER_SPORT),
      homeIs: index % 2 === 0 ? 'A' : 'B',
      stage,
      elapsedSeconds,
      homeGoals: score.home,
      awayGoals: score.away,
    });
  });
}
