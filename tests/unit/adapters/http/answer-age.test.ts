import { expect, it } from 'vitest';
import { answerAgeMs, retryAfterMs } from '../../../../shared/adapters/http/answer-age.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

it.each([
  ['says nothing, at once', {}, 0, 0],
  ['says nothing, after four seconds', {}, 4_000, 4_000],
  ['lay in a cache', { age: '30' }, 4_000, 34_000],
  ['was written a minute ago', { date: 'Sun, 22 Nov 2026 11:59:00 GMT' }, 4_000, 60_000],
  ['is from the future', { date: 'Sun, 22 Nov 2026 12:59:00 GMT' }, 0, 0],
  ['says nonsense', { age: '-3', date: 'yesterday' }, 0, 0],
] as const)('an answer that %s', (_what, headers, tookMs, ageMs) => {
  const answer = { headers: new Headers(headers), askedMs: NOON - tookMs, receivedMs: NOON };
  expect(answerAgeMs(answer)).toBe(ageMs);
});

it.each([
  ['30', 30_000],
  ['Sun, 22 Nov 2026 12:01:00 GMT', 60_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['999999', 3_600_000],
  ['soon', null],
] as const)('Retry-After: %s', (text, waitMs) => {
  expect(retryAfterMs(new Headers({ 'retry-after': text }), NOON)).toBe(waitMs);
});

it('without Retry-After nothing is said', () => {
  expect(retryAfterMs(new Headers(), NOON)).toBeNull();
});
