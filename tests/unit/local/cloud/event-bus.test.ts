import { describe, expect, it } from 'vitest';
import { CloudBus, type BusEntry, type Delivery } from '../../../../local/cloud/event-bus.ts';
import { compilePattern } from '../../../../local/cloud/event-pattern.ts';
import { compileInputPath } from '../../../../local/cloud/input-path.ts';
import type { Wiring } from '../../../../shared/contracts/environment/wiring.ts';
import { Scheduler } from '../../../../shared/simulator/scheduler.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an event pattern', () => {
  const event = {
    source: 'fairline',
    'detail-type': 'lifecycle',
    resources: ['a', 'b'],
    detail: {
      market: 'KXNFL-1',
      price: 0.55,
      open: true,
      none: null,
      deep: { state: 'final' },
      legs: [
        { side: 'bid', size: 5 },
        { side: 'ask', size: 7 },
      ],
      grid: [[1, 2], [3]],
      empty: [],
    },
  };
  const cases: readonly (readonly [object, boolean])[] = [
    [{ source: ['fairline'] }, true],
    [{ source: ['other', 'fairline'] }, true],
    [{ source: ['other'] }, false],
    [{ source: ['fairline'], 'detail-type': ['other'] }, false],
    [{ resources: ['b'] }, true],
    [{ resources: ['c'] }, false],
    [{ detail: { open: [true], none: [null], deep: { state: ['final'] } } }, true],
    [{ detail: { open: ['true'] } }, false],
    [{ detail: { price: [0.55] } }, true],
    [{ detail: { market: [{ prefix: 'KXNFL' }] } }, true],
    [{ detail: { market: [{ prefix: 'KXNBA' }, { suffix: '-1' }] } }, true],
    [{ detail: { market: [{ suffix: '-2' }] } }, false],
    [{ detail: { market: [{ 'equals-ignore-case': 'kxnfl-1' }] } }, true],
    [{ detail: { market: [{ 'anything-but': 'KXNFL-1' }] } }, false],
    [{ detail: { market: [{ 'anything-but': ['a', 'b'] }] } }, true],
    [{ detail: { market: [{ 'anything-but': { prefix: 'KXNFL' } }] } }, false],
    [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { price: [{ numeric: ['>', 0.5] }] } }, true],
    [{ detail: { price: [{ numeric: ['>', 0.5, '<=', 0.55] }] } }, true],
    [{ detail: { price: [{ numeric: ['=', 0.5] }] } }, false],
    [{ detail: { market: [{ numeric: ['>', 0] }] } }, false],
    [{ detail: { market: [{ exists: true }] } }, true],
    [{ detail: { absent: [{ exists: false }] } }, true],
    [{ detail: { absent: { deeper: [{ exists: false }] } } }, true],
    [{ detail: { absent: { deeper: ['x'] } } }, false],
    [{ detail: { market: [{ exists: false }] } }, false],
    [{ detail: { deep: ['final'] } }, false],
    // What is no leaf has no value: it is neither there nor anything.
    [{ detail: { deep: [{ exists: true }] } }, false],
    [{ detail: { deep: [{ exists: false }] } }, true],
    [{ detail: { empty: [{ exists: false }] } }, true],
    [{ detail: { none: [{ exists: true }] } }, true],
    [{ detail: { legs: { side: ['ask'] } } }, true],
    [{ detail: { legs: { side: ['ask'], size: [7] } } }, true],
    [{ detail: { legs: { side: ['ask'], size: [5] } } }, false],
    [{ detail: { grid: [3] } }, true],
    [{ detail: { grid: [{ numeric: ['>', 3] }] } }, false],
    [{ detail: { price: [{ 'anything-but': [0.55, 1] }] } }, false],
    [{ detail: { price: [{ 'anything-but': ['0.55'] }] } }, true],
    [{ detail: { none: [{ 'anything-but': 'x' }] } }, true],
    [{ resources: [{ 'anything-but': 'a' }] }, true],
  ];
  it.each(cases)('%j matches: %j', (pattern, expected) => {
    expect(compilePattern({ ...pattern })(event)).toBe(expected);
  });

  const refused: readonly (readonly [object, RegExp])[] = [
    [{ detail: { ip: [{ cidr: '10.0.0.0/8' }] } }, /\$\.detail\.ip .*"cidr"/],
    [{ source: [{ wildcard: 'fair*' }] }, /"wildcard"/],
    [{ $or: [{ a: ['x'] }] }, /"\$or"/],
    [{ a: [{ 'anything-but': { wildcard: 'x' } }] }, /"wildcard"/],
    [{ a: [{ numeric: ['~', 1] }] }, /numeric/],
    [{ a: [{ prefix: { 'equals-ignore-case': 'x' } }] }, /prefix of/],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, /one operator/],
    [{ a: 'x' }, /a list or an object/],
    [{ a: [] }, /no alternative/],
    [{ a: [{ exists: 'no' }] }, /exists of "no"/],
    [{ a: [['x']] }, /a value or an operator/],
    [{}, /no field/],
  ];
  it.each(refused)('%j is refused', (pattern, why) => {
    expect(() => compilePattern({ ...pattern })).toThrow(why);
  });
});

describe('an input path', () => {
  const json = { detail: { legs: [{ id: 'a' }], 'odd name': 1 } };
  it.each([
    ['$', json],
    ['$.detail.legs[0].id', 'a'],
    ["$.detail['odd name']", 1],
    ['$.detail.absent.deeper', undefined],
    ['$.detail.legs[7]', undefined],
  ])('%s', (path, expected) => {
    expect(compileInputPath(path)(json)).toEqual(expected);
  });
  it.each(['detail', '$.a[*]', '$..a', '$.a[0:2]', '$.a[?(@.b)]', '$.'])(
    '%s is refused',
    (path) => {
      expect(() => compileInputPath(path)).toThrow(/not a path/);
    },
  );
});

const rule = (changes: Partial<Wiring['rules'][number]> = {}): Wiring['rules'][number] => ({
  name: 'history',
  bus: 'fairline',
  pattern: { source: ['fairline'] },
  targets: [{ target: { kind: 'queue', name: 'history' }, inputPath: '$.detail' }],
  ...changes,
});

async function publish(
  rules: Wiring['rules'],
  entries: readonly BusEntry[],
  delivery: Delivery = { kind: 'delivered' },
): Promise<{ readonly bus: CloudBus; readonly delivered: readonly unknown[]; results: unknown }> {
  const timers = new Scheduler({ startMs: Date.UTC(2026, 10, 21, 12, 0, 0, 250) });
  const delivered: unknown[] = [];
  const bus = new CloudBus({
    timers,
    buses: ['fairline'],
    rules,
    deliver: (target, payload) => {
      delivered.push({ to: target.name, payload });
      return Promise.resolve(delivery);
    },
  });
  const results = bus.putEvents(entries);
  expect(delivered).toEqual([]);
  await timers.run({ untilMs: Number.MAX_SAFE_INTEGER, turn });
  expect(bus.isIdle).toBe(true);
  return { bus, delivered, results };
}

const entry = (changes: Partial<BusEntry> = {}): BusEntry => ({
  bus: 'fairline',
  source: 'fairline',
  detailType: 'edge',
  detail: '{"market":"KX-1"}',
  ...changes,
});

const deliver = (): Promise<Delivery> => Promise.resolve({ kind: 'delivered' });

describe('a bus', () => {
  it('delivers the part that each target wants of each event that matches', async () => {
    const whole = rule({
      name: 'whole',
      targets: [
        { target: { kind: 'function', name: 'watchdog' }, inputPath: null },
        { target: { kind: 'queue', name: 'copy' }, inputPath: '$.detail.market' },
      ],
    });
    const { bus, delivered } = await publish([rule(), whole], [entry(), entry({ source: 'aws' })]);
    expect(delivered).toMatchObject([
      { to: 'history', payload: { market: 'KX-1' } },
      {
        to: 'watchdog',
        payload: {
          version: '0',
          'detail-type': 'edge',
          source: 'fairline',
          account: '000000000000',
          region: 'us-east-2',
          time: '2026-11-21T12:00:00Z',
          resources: [],
          detail: { market: 'KX-1' },
        },
      },
      { to: 'copy', payload: 'KX-1' },
    ]);
    expect(bus.counters).toEqual({ taken: 2, refused: 0, matched: 2, delivered: 3, failed: 0 });
  });

  it('refuses a detail that is no object, and a bus that is not there, one by one', async () => {
    const { results } = await publish(
      [rule()],
      [entry({ detail: '[1]' }), entry({ detail: '{' }), entry({ bus: 'other' }), entry()],
    );
    expect(results).toMatchObject([
      { kind: 'refused', errorCode: 'MalformedDetail' },
      { kind: 'refused', errorCode: 'MalformedDetail' },
      { kind: 'refused', errorCode: 'ResourceNotFoundException' },
      { kind: 'taken' },
    ]);
  });

  it('counts a delivery that failed', async () => {
    const { bus } = await publish([rule()], [entry()], { kind: 'failed', why: 'no such queue' });
    expect(bus.counters).toMatchObject({ matched: 1, delivered: 0, failed: 1 });
  });

  it('is not made with a rule that it cannot follow', () => {
    const timers = new Scheduler({ startMs: 0 });
    const make = (wrong: Wiring['rules'][number]): CloudBus =>
      new CloudBus({ timers, buses: ['fairline'], rules: [wrong], deliver });
    expect(() => make(rule({ pattern: { source: [{ wildcard: '*' }] } }))).toThrow(
      /rule history: \$\.source .*wildcard/,
    );
    expect(() => make(rule({ bus: 'other' }))).toThrow(/rule history is on a bus/);
  });
});
