import { expect, it } from 'vitest';
import { oddsPhaseOf } from '../../../../shared/domain/pricing/odds-phase.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { LOOK } from '../../../support/line-builders.ts';

const START = LOOK + 1;

it.each([
  [null, 'pregame'],
  ['pregame', 'pregame'],
  ['off', 'pregame'],
  ['stopped', 'pregame'],
  ['live', 'live'],
  ['final', 'live'],
] as const)('a game before its start that is %s to a scoreboard is %s', (phase, odds) => {
  const state = phase === null ? null : aGameState({ phase });
  expect(oddsPhaseOf(state, START, LOOK)).toBe(odds);
  expect(oddsPhaseOf(state, START, START)).toBe('live');
});

it('a game that was on is on, however old that word is', () => {
  expect(oddsPhaseOf(aGameState({ phase: 'live', sourceTimeMs: 0 }), START, LOOK)).toBe('live');
});
