import { describe, expect, it } from 'vitest';
import { SoccerMatch } from '../../../../shared/simulator/games/soccer-match.ts';
import { seededRng } from '../../../../shared/simulator/rng.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
const MATCH = {
  gameId: 'a',
  home: { code: 'CHE', name: 'Chelsea' },
  away: { code: 'ARS', name: 'Arsenal' },
  startTimeMs: START,
  expectedGoals: { home: 1.6, away: 1.2 },
};
const play = (seed: number) => new SoccerMatch(seededRng(seed), MATCH);

describe('a simulated match', () => {
  it('is the same for the same seed', () => {
    expect(play(1).goals).toEqual(play(1).goals);
    expect(
      new Set([1, 2, 3, 4].map((seed) => JSON.stringify(play(seed).goals))).size,
    ).toBeGreaterThan(1);
  });

  it('has halves, a break and goals that only go up, and ends', () => {
    const match = play(3);
    const states = Array.from({ length: 130 }, (_, minute) =>
      match.stateAt(START + minute * 60_000 - 1),
    );
    expect([...new Set(states.map(({ stage }) => stage))]).toEqual([
      'before',
      'first_half',
      'half_time',
      'second_half',
      'over',
    ]);
    const goals = states.map(({ score }) => score.home + score.away);
    expect(goals).toEqual(goals.toSorted((a, b) => a - b));
    expect(goals.at(-1)).toBe(match.goals.length);
  });

  it('is priced by what it does: over many seeds each result comes as often as was said', () => {
    const matches = Array.from({ length: 1_000 }, (_, seed) => play(seed));
    const said = play(0).trueProbabilities(START - 1);
    expect(said.home + said.draw + said.away).toBeCloseTo(1, 12);
    for (const outcome of ['home', 'draw', 'away'] as const) {
      const came = matches.filter(
        (match) => match.trueProbabilities(match.finalAtMs)[outcome] === 1,
      );
      // Three standard errors of a share of 1,000.
      expect(Math.abs(came.length / matches.length - said[outcome])).toBeLessThan(0.048);
    }
  });
});
