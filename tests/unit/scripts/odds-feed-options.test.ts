import { describe, expect, it } from 'vitest';
import { ODDITIES_HELP, planOf } from '../../../scripts/commands/odds-feed.ts';
import { FEED_ODDITIES } from '../../../shared/simulator/sportsbooks/feed-oddities.ts';

describe('the options of `fairline odds-feed`', () => {
  it('have defaults', () => {
    expect(planOf({})).toEqual({ port: 0, seed: 1, leadMs: 60_000, oddities: [], json: false });
  });

  it('take every oddity, and the help names each', () => {
    const names = Object.keys(FEED_ODDITIES);
    expect(planOf({ oddity: names }).oddities).toEqual(names);
    expect(names.every((name) => ODDITIES_HELP.includes(name))).toBe(true);
  });

  it.each([
    [{ port: '65536' }, '--port is "65536".'],
    [{ seed: '1.5' }, '--seed is "1.5".'],
    [{ startsIn: '-1' }, '--starts-in is "-1".'],
    [{ oddity: ['flipped'] }, '--oddity is "flipped".'],
  ])('%j is refused', (options, what) => {
    expect(() => planOf(options)).toThrow(what);
  });
});
