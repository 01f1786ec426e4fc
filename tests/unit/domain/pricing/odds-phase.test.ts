import { expect, it } from 'vitest';
import { oddsPhaseOf } from '../../../../shared/domain/pricing/odds-phase.ts';
import { aGameState } from '../../../support/game-builders.ts';
import { LOOK } from '../../../support/line-builders.ts';

const START = LOOK + 1;
const MINUTE = 60_000;

it.each([
  ['pregame', 'pregame'],
  ['off', 'pregame'],
  ['stopped', 'pregame'],
  ['live', 'live'],
  ['final', 'live'],
] as const)('a game before its start that is %s to a scoreboard is %s', (phase, odds) => {
  const state = aGameState({ phase });
  expect(oddsPhaseOf(state, START, LOOK)).toBe(odds);
  expect(oddsPhaseOf(state, START, START)).toBe('live');
});

it('a game that was on is on, however old that word is', () => {
  expect(oddsPhaseOf(aGameState({ phase: 'live', sourceTimeMs: 0 }), START, LOOK)).toBe('live');
});

it.each([
  [-31, 'pregame'],
  [-30, 'live'],
  [-1, 'live'],
  [0, 'live'],
  [1, 'live'],
] as const)('without a scoreboard, %i minutes from its start, a game is %s', (minutes, odds) => {
  const nowMs = START + minutes * MINUTE;
  expect(oddsPhaseOf(null, START, nowMs)).toBe(odds);
  const old = aGameState({ phase: 'pregame', sourceTimeMs: nowMs - 15 * MINUTE - 1 });
  expect(oddsPhaseOf(old, START, nowMs)).toBe(odds);
  const young = { ...old, sourceTimeMs: nowMs - 15 * MINUTE };
  expect(oddsPhaseOf(young, START, nowMs)).toBe(minutes < 0 ? 'pregame' : 'live');
});

it('a word from a scoreboard whose clock is ahead is worth no longer than one of when it came', () => {
  const nowMs = START - 10 * MINUTE;
  const ahead = aGameState({ phase: 'pregame', sourceTimeMs: START + 300 * MINUTE });
  const fresh = { ...ahead, receivedMs: nowMs - 15 * MINUTE };
  expect(oddsPhaseOf(fresh, START, nowMs)).toBe('pregame');
  expect(oddsPhaseOf({ ...fresh, receivedMs: fresh.receivedMs - 1 }, START, nowMs)).toBe('live');
});
