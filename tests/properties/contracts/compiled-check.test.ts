import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { invariant } from '../../../shared/domain/money/invariant.ts';
import { compileCheck } from '../../../shared/contracts/messages/compiled-check.ts';
import {
  historySchema,
  lifecycleSchema,
} from '../../../shared/contracts/messages/history-schema.ts';
import {
  journalSchema,
  orderMessageSchema,
  signalSchema,
} from '../../../shared/contracts/messages/order-schemas.ts';
import { tickSchema } from '../../../shared/contracts/messages/tick-schema.ts';
import {
  someHistoryEvent,
  someJournalEntry,
  someLifecycle,
  someOrderMessage,
  someSignal,
  someTick,
} from '../../support/message-arbitraries.ts';

type Edit = { readonly at: number; readonly put: unknown; readonly how: 'put' | 'add' | 'drop' };

/** What may stand in the place of a field, near the bounds of what fits among it. */
const someEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  put: fc.oneof(
    fc.constantFrom(
      null,
      true,
      '',
      'x',
      'yes',
      'kind',
      -1,
      -0,
      0,
      0.5,
      1,
      1e16,
      Number.POSITIVE_INFINITY,
      10_001,
    ),
    fc.constantFrom({}, [], [null], { kind: 'yes' }, { length: 0 }),
    fc.double(),
    fc.jsonValue({ maxDepth: 1 }),
  ),
  how: fc.constantFrom('put', 'add', 'drop'),
});

/** Changes one field, somewhere in the whole depth of a message. */
function edited(value: unknown, { at, put, how }: Edit): unknown {
  const places: (() => void)[] = [];
  const walk = (inner: unknown): void => {
    if (typeof inner !== 'object' || inner === null) return;
    const holder = inner as Record<string, unknown>;
    for (const [name, field] of Object.entries(holder)) {
      places.push(() => {
        if (how === 'put') holder[name] = structuredClone(put);
        else if (how === 'drop') Reflect.deleteProperty(holder, name);
        else holder[`${name}x`] = structuredClone(put);
      });
      walk(field);
    }
  };
  walk(value);
  places[at % places.length]?.();
  return value;
}

function agrees<T>(what: string, schema: z.ZodType<T>, some: fc.Arbitrary<T>): void {
  it(`says of ${what} what the schema says, whatever was done to it`, () => {
    const check = compileCheck(schema);
    invariant(check !== null, `each part of ${what} is known`);
    fc.assert(
      fc.property(some, fc.array(someEdit, { maxLength: 2 }), (value, edits) => {
        const read: unknown = JSON.parse(JSON.stringify(value));
        const changed = edits.reduce(edited, read);
        expect(check(changed)).toBe(schema.safeParse(changed).success);
      }),
    );
  });
}

describe('a compiled check', () => {
  agrees('a tick', tickSchema, someTick);
  agrees('a signal', signalSchema, someSignal);
  agrees('an order message', orderMessageSchema, someOrderMessage);
  agrees('a lifecycle event', lifecycleSchema, someLifecycle);
  agrees('a journal entry', journalSchema, someJournalEntry);
  agrees('a history event', historySchema, someHistoryEvent);

  it('leaves a value to the schema that has fields from elsewhere, and one with a field __proto__', () => {
    const check = compileCheck(z.strictObject({ a: z.record(z.string(), z.int()) }));
    expect(check?.(JSON.parse('{"a":{"b":1}}'))).toBe(true);
    expect(check?.(JSON.parse('{"a":{"__proto__":1}}'))).toBe(false);
    expect(check?.(JSON.parse('{"__proto__":{"a":{}}}'))).toBe(false);
    expect(check?.(JSON.parse('{"a":{},"__proto__":{}}'))).toBe(false);
    expect(check?.(null)).toBe(false);
    expect(check?.([])).toBe(false);
  });

  it.each<readonly [string, z.ZodType]>([
    ['a refinement', z.string().refine((text) => text !== '')],
    ['a refinement of an object', z.strictObject({ a: z.int() }).refine(() => false)],
    ['a refinement of a list', z.array(z.int()).min(1)],
    ['a pattern', z.string().regex(/x/)],
    ['a format of text', z.uuid()],
    ['a multiple', z.number().multipleOf(2)],
    ['a conversion', z.coerce.number()],
    ['a transformation', z.string().transform(Number)],
    ['an object that takes more', z.object({ a: z.int() })],
    ['an object that passes more on', z.looseObject({ a: z.int() })],
    ['a field that may be missing', z.strictObject({ a: z.int().optional() })],
    ['a field that is filled in', z.strictObject({ a: z.int().default(1) })],
    ['a name that every object has', z.strictObject({ constructor: z.string() })],
    ['a union without a word to tell by', z.union([z.string(), z.int()])],
    ['anything', z.strictObject({ a: z.unknown() })],
  ])('is not made for %s', (_what, schema) => {
    expect(compileCheck(schema)).toBeNull();
  });
});
