import { describe, expect, it } from 'vitest';
import {
  calibrationOfPaths,
  NAMED_PATHS,
  pathOf,
} from '../../../../shared/domain/reports/oracle-calibration.ts';
import { seededDraw } from '../../../../shared/domain/reports/seeded-draw.ts';

const resampling = () => ({ resamples: 120, draw: seededDraw(1) });

describe('the path of a line', () => {
  it('is that of its feed before the game, of both where books came by either', () => {
    expect(pathOf(['odds_api'], 'nba', 'pregame')).toBe('odds-api-control');
    expect(pathOf(['boltodds', 'boltodds'], 'nba', 'pregame')).toBe('boltodds-experiment');
    expect(pathOf(['boltodds', 'odds_api'], 'nba', 'pregame')).toBe('mixed-feeds');
  });

  it('is that of its league in play', () => {
    expect(pathOf(['boltodds'], 'nba', 'live')).toBe('nba-live');
    expect(pathOf(['boltodds'], 'ligue-1', 'live')).toBe('ligue-1-live');
  });
});

describe('the calibration of the oracle’s paths', () => {
  it('has every named path, and says of one without lines that it has none', () => {
    expect(calibrationOfPaths([], resampling())).toEqual(
      NAMED_PATHS.map((path) => ({ kind: 'no_lines', path, n: 0 })),
    );
  });

  it('judges each path by its own lines alone, also one that was not asked for', () => {
    const lines = Array.from({ length: 100 }, (_, nth) => ({
      cluster: `game ${nth}`,
      path: nth % 2 === 0 ? ('nba-live' as const) : ('nfl-live' as const),
      probabilities: nth % 2 === 0 ? [0.6, 0.4] : [0.5, 0.5],
      happened: nth % 3 === 0 ? 1 : 0,
    }));
    const paths = calibrationOfPaths(lines, resampling());
    expect(paths.map(({ path, n }) => [path, n])).toEqual([
      ['odds-api-control', 0],
      ['boltodds-experiment', 0],
      ['nba-live', 50],
      ['nhl-live', 0],
      ['nfl-live', 50],
    ]);
    const [, , , , coin] = paths;
    expect(coin?.kind === 'scored' && coin.score.brier?.value).toBeCloseTo(0.25, 12);
    expect(coin?.kind === 'scored' && coin.score.clusters).toBe(50);
  });
});

function drawn(seed: number, many = 60_000): readonly number[] {
  const draw = seededDraw(seed);
  return Array.from({ length: many }, () => draw(6));
}

describe('the draws of a seed', () => {
  it('are the same again, others with another seed, and each number as likely', () => {
    expect(drawn(7, 50)).toEqual(drawn(7, 50));
    expect(drawn(7, 50)).not.toEqual(drawn(8, 50));
    const counts = Map.groupBy(drawn(7), (number) => number);
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const same of counts.values()) expect(Math.abs(same.length - 10_000)).toBeLessThan(400);
  });
});
