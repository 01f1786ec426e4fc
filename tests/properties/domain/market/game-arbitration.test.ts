import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arbitrateGame } from '../../../../shared/domain/market/game-arbitration.ts';
import {
  SCORE_SOURCES,
  type GamePhase,
  type GameState,
} from '../../../../shared/domain/market/game-state.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { anyDelivery, delivered } from '../../../support/line-arbitraries.ts';
import { LOOK } from '../../../support/line-builders.ts';
import { runs } from '../../../support/property-settings.ts';

const MAX_AGE = 60_000;
const RUNS = runs(400);

/** Few times and scores, so that ties are common. */
const state = fc
  .record({
    source: fc.constantFrom(...SCORE_SOURCES),
    phase: fc.constantFrom<GamePhase>('pregame', 'live', 'live', 'stopped', 'off', 'final'),
    homeScore: fc.constantFrom(null, 0, 7),
    ageMs: fc.constantFrom(0, 1_000, 30_000, 60_000, 60_001, 90_000, 3_600_000, -1_000, -90_000),
    receivedMs: fc.integer({ min: LOOK - 2, max: LOOK }),
  })
  .map(({ ageMs, ...change }) => aGameState({ ...change, sourceTimeMs: LOOK - ageMs }));
const states = fc.array(state, { maxLength: 8 });

const UNPRICED: readonly GamePhase[] = ['stopped', 'off', 'final'];

it('the order and the repetition of states change nothing', () => {
  fc.assert(
    fc.property(states, anyDelivery, (said, delivery) => {
      expect(arbitrateGame(delivered(said, delivery), LOOK, MAX_AGE)).toEqual(
        arbitrateGame(said, LOOK, MAX_AGE),
      );
    }),
    RUNS,
  );
});

it('a game is priced only where no source says, as its last word, that it is not played', () => {
  fc.assert(
    fc.property(states, (said) => {
      const found = arbitrateGame(said, LOOK, MAX_AGE);
      const lastWords = SCORE_SOURCES.flatMap((source) => {
        const own = said.filter((each) => each.source === source);
        const lastMs = Math.max(...own.map(saidMs));
        return own.filter((each) => saidMs(each) === lastMs);
      });
      const fresh = lastWords.filter((each) => LOOK - saidMs(each) <= MAX_AGE);
      if (lastWords.some(({ phase }) => UNPRICED.includes(phase)))
        expect(UNPRICED).toContain(found?.phase);
      else if (fresh.some(({ phase }) => phase === 'live')) expect(found?.phase).toBe('live');
      else if (fresh.length > 0) expect(found?.phase).toBe('pregame');
      expect(found === null).toBe(lastWords.length === 0);
    }),
    RUNS,
  );
});

/** Ages of a minute and a half ahead are no times; none between that and a second is drawn. */
function saidMs({ sourceTimeMs, receivedMs }: GameState): number {
  return sourceTimeMs > LOOK + 2_000 ? receivedMs : sourceTimeMs;
}
