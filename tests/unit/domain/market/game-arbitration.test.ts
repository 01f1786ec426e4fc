import { expect, it } from 'vitest';
import { arbitrateGame } from '../../../../shared/domain/market/game-arbitration.ts';
import type {
  GamePhase,
  GameState,
  ScoreSource,
} from '../../../../shared/domain/market/game-state.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { LOOK } from '../../../support/line-builders.ts';

const MAX_AGE = 60_000;
const said = (source: ScoreSource, phase: GamePhase, ageMs = 1_000, homeScore = 0): GameState =>
  aGameState({ source, phase, homeScore, sourceTimeMs: LOOK - ageMs });

function winner(...states: readonly GameState[]): readonly [ScoreSource, GamePhase] | null {
  const found = arbitrateGame(states, LOOK, MAX_AGE);
  expect(arbitrateGame(states.toReversed(), LOOK, MAX_AGE)).toEqual(found);
  return found === null ? null : [found.source, found.phase];
}

it('takes the first source in rank among those that agree, whatever others say later', () => {
  expect(winner(said('espn', 'live', 30_000), said('boltodds', 'live', 0))).toEqual([
    'espn',
    'live',
  ]);
});

it('takes the newest word of each source, and of two at one time the cautious one', () => {
  const [goal, before] = [said('espn', 'live', 1_000, 7), said('espn', 'live', 2_000, 0)];
  expect(arbitrateGame([goal, before], LOOK, MAX_AGE)).toBe(goal);
  expect(winner(said('espn', 'live'), said('espn', 'stopped'))).toEqual(['espn', 'stopped']);
  expect(winner(said('espn', 'live', 500), said('espn', 'stopped'))).toEqual(['espn', 'live']);
});

it('lets a fresh word of a lower rank speak when the one above has grown old', () => {
  expect(winner(said('espn', 'pregame', 60_001), said('boltodds', 'live'))).toEqual([
    'boltodds',
    'live',
  ]);
  expect(winner(said('espn', 'live', 60_000, 3), said('boltodds', 'live'))).toEqual([
    'espn',
    'live',
  ]);
});

it.each(['final', 'off', 'stopped'] as const)(
  'does not price a game that any source freshly calls %s, whoever contradicts it',
  (phase) => {
    for (const ageMs of [0, 10_000, 60_000])
      expect(winner(said('espn', 'live', 5_000), said('balldontlie', phase, ageMs))).toEqual([
        'balldontlie',
        phase,
      ]);
    // Silent since: nobody is asked again about a game that is over, and a slower source still sees it played.
    expect(winner(said('espn', 'live', 5_000), said('balldontlie', phase, 60_001))).toEqual([
      'balldontlie',
      phase,
    ]);
    expect(winner(said('espn', phase, 3 * 3_600_000), said('boltodds', 'pregame', 0))).toEqual([
      'espn',
      phase,
    ]);
    // Its own source takes it back.
    expect(winner(said('espn', phase, 90_000), said('espn', 'live', 80_000))).toEqual([
      'espn',
      'live',
    ]);
  },
);

it('believes a game to be on as soon as one source does', () => {
  expect(winner(said('espn', 'pregame'), said('boltodds', 'live', 50_000))).toEqual([
    'boltodds',
    'live',
  ]);
});

it('goes by what was said last when all have grown old', () => {
  const hour = 3_600_000;
  expect(winner(said('espn', 'pregame', 3 * hour), said('boltodds', 'live', hour))).toEqual([
    'boltodds',
    'live',
  ]);
  expect(winner(said('espn', 'final', hour + 30_000), said('boltodds', 'live', hour))).toEqual([
    'espn',
    'final',
  ]);
});

it('hears a word whose time is far ahead as of when it came, and nothing is behind it for ever', () => {
  const ahead = said('espn', 'live', -3_600_000);
  expect(winner({ ...ahead, receivedMs: LOOK - 20_000 }, said('espn', 'final'))).toEqual([
    'espn',
    'final',
  ]);
  expect(winner(said('espn', 'final', -60_001))).toEqual(['espn', 'final']);
  expect(winner({ ...ahead, receivedMs: LOOK - 61_000 }, said('boltodds', 'pregame'))).toEqual([
    'boltodds',
    'pregame',
  ]);
});

it('knows nothing of nothing', () => {
  expect(winner()).toBeNull();
});
