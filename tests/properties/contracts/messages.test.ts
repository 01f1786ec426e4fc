import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  historyCodec,
  journalCodec,
  lifecycleCodec,
  orderMessageCodec,
  signalCodec,
  tickCodec,
} from '../../../shared/contracts/messages.ts';
import {
  MessageRefusal,
  type MessageCodec,
} from '../../../shared/contracts/messages/message-codec.ts';
import {
  someHistoryEvent,
  someJournalEntry,
  someLifecycle,
  someOrderMessage,
  someSignal,
  someTick,
} from '../../support/message-arbitraries.ts';

/** What a queue takes in a body, XML 1.0 characters; JSON has none of the control characters among them. */
const QUEUE_TEXT = /^[\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

function holds<T extends object>(
  what: string,
  codec: MessageCodec<T>,
  some: fc.Arbitrary<T>,
): void {
  describe(what, () => {
    it('is read as it was written, and written again to the byte', () => {
      fc.assert(
        fc.property(some, (value) => {
          const text = codec.encode(value);
          const read = codec.parse(text);
          expect(read).toEqual(value);
          expect(codec.encode(read)).toBe(text);
          expect(text).toMatch(QUEUE_TEXT);
        }),
      );
    });

    it('is refused, and nothing else happens, when a field is gone or something else stands in it', () => {
      fc.assert(
        fc.property(some, fc.nat(), fc.constantFrom(undefined, ['x'], -1.5), (value, at, put) => {
          const fields = Object.keys(value);
          const field = fields[at % fields.length]!;
          const text = JSON.stringify({ v: 1, ...value, [field]: put });
          expect(() => codec.parse(text)).toThrow(MessageRefusal);
        }),
      );
    });

    it('refuses or reads a text with a character changed, and never fails otherwise', () => {
      fc.assert(
        fc.property(some, fc.nat(), fc.string({ maxLength: 1 }), (value, at, put) => {
          const text = codec.encode(value);
          const place = at % text.length;
          const changed = text.slice(0, place) + put + text.slice(place + 1);
          try {
            codec.parse(changed);
          } catch (error) {
            expect(error).toBeInstanceOf(MessageRefusal);
            expect((error as MessageRefusal).message.length).toBeLessThanOrEqual(201);
          }
        }),
      );
    });
  });
}

holds('a tick', tickCodec, someTick);
holds('a signal', signalCodec, someSignal);
holds('an order message', orderMessageCodec, someOrderMessage);
holds('a lifecycle event', lifecycleCodec, someLifecycle);
holds('a journal entry', journalCodec, someJournalEntry);
holds('a history event', historyCodec, someHistoryEvent);
