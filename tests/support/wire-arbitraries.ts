import * as fc from 'fast-check';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money } from '../../shared/domain/money/money.ts';
import { price, type Price } from '../../shared/domain/money/price.ts';

/** Values that the exchange's wire can carry exactly, for tests of its codecs. */

export const somePrice = fc.integer({ min: 1, max: 9_999 }).map(price);
export const someCount = fc.integer({ min: 0, max: 1e11 }).map(contracts);
export const someMoney = fc.integer({ min: 0, max: 1e14 }).map(money);
export const someTimeMs = fc.integer({ min: 0, max: 4e12 });
export const someId = fc.uuid();
export const someTicker = fc.stringMatching(/^KX[A-Z]{2,8}-[0-9A-Z]{3,9}$/);
export const someSide = fc.constantFrom('bid' as const, 'ask' as const);
export const someCursor = fc.option(fc.base64String({ minLength: 4, maxLength: 40 }));
export const wholeCents = fc.integer({ min: 0, max: 100 }).map((cents) => price(cents * 100));
export const someResult = (settlementValue: fc.Arbitrary<Price>) =>
  fc.oneof(
    fc.constant({ kind: 'yes' as const }),
    fc.constant({ kind: 'no' as const }),
    settlementValue.map((value) => ({ kind: 'scalar' as const, settlementValue: value })),
  );
