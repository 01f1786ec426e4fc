import { describe, expect, it } from 'vitest';
import {
  historyCodec,
  journalCodec,
  lifecycleCodec,
  tickCodec,
} from '../../../shared/contracts/messages.ts';
import {
  MAX_MESSAGE_LENGTH,
  MessageRefusal,
} from '../../../shared/contracts/messages/message-codec.ts';
import { lifecycleEvent } from '../../../shared/application/history-events.ts';
import { opening } from '../../support/journal-builders.ts';
import { aTick, closedDesk } from '../../support/trading-desk.ts';

const tick = aTick(closedDesk());
const text = tickCodec.encode(tick);
const settled = lifecycleEvent(
  {
    kind: 'lifecycle',
    sequence: null,
    market: 'KX',
    event: 'settled',
    result: { kind: 'yes' },
    closeTimeMs: null,
    exchangeTimeMs: 5,
  },
  5,
);

function refusalOf(body: string, codec = tickCodec): MessageRefusal {
  try {
    codec.parse(body);
  } catch (error) {
    if (error instanceof MessageRefusal) return error;
    throw error;
  }
  throw new Error('the text was taken');
}

describe('a message that cannot be read says where it is wrong and not what it holds', () => {
  it.each([
    ['no JSON', 'secret', 'not_json', ''],
    ['a list', '[1]', 'shape', ''],
    ['null', 'null', 'shape', ''],
    ['a text', '"secret"', 'shape', ''],
    ['no version', JSON.stringify(tick), 'version', 'v'],
    ['a version of tomorrow', text.replace('"v":1', '"v":2'), 'version', 'v'],
    ['a version in words', text.replace('"v":1', '"v":"1"'), 'version', 'v'],
    ['a status that nobody knows', text.replace('"active"', '"secret"'), 'shape', 'market.status'],
    [
      'a price off the scale',
      text.replace('"price":5000', '"price":10001'),
      'shape',
      'book.view.bids.0.price',
    ],
    [
      'a fractional count',
      text.replace('"count":10000', '"count":0.5'),
      'shape',
      'book.view.bids.0.count',
    ],
    ['another message', journalCodec.encode(opening(5)), 'shape', 'stamp'],
  ])('%s', (_, body, code, where) => {
    const refusal = refusalOf(body);
    expect(refusal).toMatchObject({ code, where, what: 'tick' });
    expect(refusal.message).not.toContain('secret');
  });

  it('a text that is too long is refused unread', () => {
    expect(refusalOf(' '.repeat(MAX_MESSAGE_LENGTH + 1)).code).toBe('too_long');
    expect(tickCodec.parse(text + ' '.repeat(MAX_MESSAGE_LENGTH - text.length))).toEqual(tick);
  });

  it('a field that nobody knows is refused, since whoever wrote it meant something by it', () => {
    expect(refusalOf(text.replace('"v":1', '"v":1,"extra":1')).code).toBe('shape');
  });
});

describe('texts of the bus and of the journal', () => {
  it('carry no version and are read as the current one', () => {
    expect(historyCodec.parse(JSON.stringify(settled))).toEqual(settled);
    expect(lifecycleCodec.parse(JSON.stringify(settled))).toEqual(settled);
    expect(journalCodec.parse(JSON.stringify(opening(5)))).toEqual(opening(5));
  });

  it('are refused when they name another version', () => {
    expect(() => historyCodec.parse(JSON.stringify({ v: 2, ...settled }))).toThrow(MessageRefusal);
  });

  it('a history event that is no lifecycle is none of the queue of settlements', () => {
    const marks = { kind: 'marks', eventId: 'marks:1', atMs: 1, marks: [] } as const;
    expect(() => lifecycleCodec.parse(historyCodec.encode(marks))).toThrow(MessageRefusal);
  });
});

it('a text that a queue would refuse is escaped', () => {
  const odd = { ...tick, market: { ...tick.market, title: 'a\uFFFE\uFFFF\u0000\uD800b' } };
  const body = tickCodec.encode(odd);
  expect(body).toContain(String.raw`a\ufffe\uffff\u0000\ud800b`);
  expect(tickCodec.parse(body)).toEqual(odd);
});
