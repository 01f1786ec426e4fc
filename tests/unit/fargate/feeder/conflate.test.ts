import { describe, expect, it } from 'vitest';
import { Conflator } from '../../../../fargate/feeder/conflate.ts';

const LIMITS = { minIntervalMs: 100, depthIntervalMs: 1_000 };

describe('conflation', () => {
  it('publishes the first change of a market at once, whatever it is', () => {
    const conflator = new Conflator(LIMITS);
    expect(conflator.changed('A', 'depth', 0)).toBe(true);
    expect(conflator.changed('B', 'at_once', 0)).toBe(true);
  });

  it('makes a change that must wait due when its interval is over, once', () => {
    const conflator = new Conflator(LIMITS);
    conflator.changed('A', 'at_once', 0);
    expect(conflator.changed('A', 'at_once', 99)).toBe(false);
    expect(conflator.due(99)).toEqual([]);
    expect(conflator.due(100)).toEqual(['A']);
    expect(conflator.due(5_000)).toEqual([]);
  });

  it('lets an urgent change overtake a waiting one of depth, never the other way round', () => {
    const conflator = new Conflator(LIMITS);
    conflator.changed('A', 'at_once', 0);
    conflator.changed('A', 'depth', 10);
    conflator.changed('A', 'at_once', 20);
    conflator.changed('A', 'depth', 30);
    expect(conflator.due(100)).toEqual(['A']);
  });

  it('forgets what waited when the market is published before', () => {
    const conflator = new Conflator(LIMITS);
    conflator.changed('A', 'at_once', 0);
    conflator.changed('A', 'depth', 10);
    expect(conflator.changed('A', 'at_once', 150)).toBe(true);
    expect(conflator.due(1_000)).toEqual([]);
    expect(conflator.lastPublishedMs('A')).toBe(150);
  });

  it('knows no time of a market that was never published', () => {
    expect(new Conflator().lastPublishedMs('A')).toBe(-Infinity);
  });
});
