import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from '../../../shared/replay/recording.ts';
import {
  bar,
  forecastEvent,
  marketEvent,
  OPEN_MS,
  resultEvent,
} from '../../support/replay-fixture.ts';

describe('a line of a recording', () => {
  it('holds a bar in integers of our units', () => {
    expect(encodeEvent(bar(1, 52, { openCents: 51, volume: 1_250 }))).toBe(
      `{"kind":"bar","atMs":${OPEN_MS + 60_000},"market":"KXTEST-1-A","open":5100,"high":5200,"low":5100,"close":5200,"volume":1250}`,
    );
  });

  it('holds a probability in parts per 1e9', () => {
    expect(encodeEvent(forecastEvent(1 / 3))).toContain('"homeNanos":333333333,');
  });

  it.each([marketEvent(), forecastEvent(0.25), bar(3, 40), resultEvent('no', 9)])(
    'reads back as it was: $kind',
    (event) => {
      expect(decodeEvent(encodeEvent(event))).toEqual(event);
    },
  );

  const line = encodeEvent(bar(1, 52));
  it.each([
    ['a price of a dollar', line.replace('"high":5200', '"high":10000'), /between 1 and 9999/],
    ['a price with a fraction', line.replace('"high":5200', '"high":5200.5'), /between 1 and 9999/],
    ['a close above the high', line.replace('"close":5200', '"close":5300'), /outside its low/],
    ['no volume', line.replace('"volume":100000', '"volume":0'), /not a positive integer/],
    ['a text for a time', line.replace(/"atMs":\d+/, '"atMs":"noon"'), /not a positive integer/],
    ['an extra field', line.replace('}', ',"bid":5100}'), /other fields than a bar/],
    ['another name for a field', line.replace('"low"', '"lowest"'), /between 1 and 9999/],
    ['a list', '[]', /not an object/],
    ['nothing', '', /not JSON/],
    [
      'a forecast from the future',
      encodeEvent(forecastEvent()).replace(/"asOfMs":\d+/, `"asOfMs":${OPEN_MS + 1}`),
      /later than it could be known/,
    ],
    [
      'a market with the mapping of another',
      encodeEvent(marketEvent()).replace(
        '"mapping":{"market":"KXTEST-1-A"',
        '"mapping":{"market":"KXTEST-1-B"',
      ),
      /mapping of another/,
    ],
  ])('is foreign with %s', (_, text, found) => {
    expect(decodeEvent(text)).toMatchObject({
      kind: 'foreign',
      found: expect.stringMatching(found),
    });
  });
});
