import { expect, it } from 'vitest';
import { SourceState } from '../../../../shared/adapters/http/source-state.ts';

it('tells each change once', () => {
  const state = new SourceState();
  expect([state.down('empty'), state.down('empty'), state.down('breaker_open')]).toEqual([
    true,
    false,
    true,
  ]);
  expect([state.up(), state.up(), state.why]).toEqual([true, false, null]);
});

it.each(['unauthorized', 'denied', 'quota_exhausted'] as const)(
  '%s is for a person, and stays above what follows from it',
  (why) => {
    const state = new SourceState();
    state.down(why);
    expect([state.down('breaker_open'), state.down('empty'), state.why]).toEqual([
      false,
      false,
      why,
    ]);
  },
);
