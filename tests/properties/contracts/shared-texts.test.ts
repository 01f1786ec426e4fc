import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickCodec } from '../../../shared/contracts/messages.ts';
import { SharedTexts } from '../../../shared/contracts/messages/shared-texts.ts';
import { someTick } from '../../support/message-arbitraries.ts';

const field = fc.oneof(
  fc.jsonValue(),
  fc.array(fc.jsonValue()),
  fc.constantFrom(undefined, Number.NaN, [undefined, { a: undefined }]),
);

describe('texts of shared parts', () => {
  it('are what JSON.stringify writes, the first time and again', () => {
    const texts = new SharedTexts(['shared']);
    fc.assert(
      fc.property(field, field, field, (shared, before, after) => {
        const value = { before, shared, after };
        expect(texts.write(value)).toBe(JSON.stringify(value));
        expect(texts.write({ ...value, before: after })).toBe(
          JSON.stringify({ ...value, before: after }),
        );
      }),
    );
  });

  it('make of a tick the same text whether its parts were written before or not', () => {
    fc.assert(
      fc.property(someTick, (tick) => {
        const fresh = structuredClone(tick);
        const text = tickCodec.encode(tick);
        expect(tickCodec.encode({ ...tick, stamp: { ...tick.stamp } })).toBe(text);
        expect(tickCodec.encode(fresh)).toBe(text);
      }),
    );
  });
});
