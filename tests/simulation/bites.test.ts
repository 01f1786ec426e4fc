import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkDecisions } from '../../local/invariants/check-decisions.ts';
import { checkEndedWorld, drainWorld } from '../../local/virtual/end-world.ts';
import { InvariantTally } from '../../local/invariants/invariant-tally.ts';
import type { InvariantNumber } from '../../local/invariants/invariant-list.ts';
import type { World } from '../../local/virtual/world.ts';
import type { TradingDeps } from '../../shared/application/trading-deps.ts';
import { DEFAULT_CONFIG, type Config } from '../../shared/contracts/config.ts';
import { contracts } from '../../shared/domain/money/contracts.ts';
import { money, type Money } from '../../shared/domain/money/money.ts';
import { price } from '../../shared/domain/money/price.ts';
import type { Order } from '../../shared/domain/execution/order.ts';
import type { HeadroomKey } from '../../shared/domain/risk/headroom.ts';
import { NO_FAULTS } from '../../shared/simulator/faults/fault-plan.ts';
import type { HotWrite, Row } from '../../shared/ports/hot-store.ts';
import type { MarketDataEvent } from '../../shared/ports/market-data.ts';
import {
  brokenExchange,
  brokenStore,
  MishearingSession,
  mishearingFills,
  rewritingStore,
  StammeringSession,
} from '../support/broken-parts.ts';
import { aWorld, playSeed, type VirtualRunOptions } from '../support/virtual-runs.ts';

// Each case breaks one part from outside and names the invariant that must notice. The seeds are tried in turn until it
// does, because not every world comes to the place where the bug would show.
//
// Not breakable from outside, because the checker holds the pure function itself against other orders of its inputs:
// 25, arbitration. tests/properties/domain/odds/arbitration.test.ts is what bites there.

type StandIns = NonNullable<VirtualRunOptions['standIns']>;

type Bug = {
  readonly bug: string;
  readonly caughtBy: InvariantNumber;
  readonly scenario?: string;
  readonly config?: Config;
  /** Made anew for each world. */
  readonly standIns: () => StandIns;
};

const SEEDS = [1, 2, 3, 4, 5, 6] as const;
const QUIET = 'quiet-short-games';

/** One order may take all that its game is allowed, so that a second one there must be refused. */
const NARROW: Config = {
  ...DEFAULT_CONFIG,
  trading: {
    ...DEFAULT_CONFIG.trading,
    fixedFraction: '0.002',
    positionFraction: '0.002',
    eventFraction: '0.002',
  },
};
/** An unknown order is looked for during five minutes. */
const PONDEROUS: Config = {
  ...DEFAULT_CONFIG,
  execution: { ...DEFAULT_CONFIG.execution, unknownQuietMs: 300_000 },
};
/** Positions are held to their settlement. */
const PATIENT: Config = {
  ...DEFAULT_CONFIG,
  strategy: {
    ...DEFAULT_CONFIG.strategy,
    exits: {
      ...DEFAULT_CONFIG.strategy.exits,
      stopLossFraction: '1',
      stopLossCents: 99,
      profitTargetFraction: '100',
    },
  },
};

const BUGS: readonly Bug[] = [
  {
    bug: 'an order is sent twice',
    caughtBy: 1,
    standIns: () => ({
      deps: brokenExchange((inner) => ({
        submit: async (request) => {
          const outcome = await inner.submit(request);
          await inner.submit(request);
          return outcome;
        },
      })),
    }),
  },
  {
    bug: 'an order is sent under an id that is not stored',
    caughtBy: 2,
    standIns: () => ({
      deps: brokenExchange((inner) => ({
        submit: (request) =>
          inner.submit({ ...request, clientOrderId: `${request.clientOrderId}x` }),
      })),
    }),
  },
  {
    bug: 'an order is sent at another price than it was decided at',
    caughtBy: 2,
    standIns: () => ({
      deps: brokenExchange((inner) => ({
        submit: (request) => inner.submit({ ...request, limitPrice: price(9_900) }),
      })),
    }),
  },
  {
    bug: 'a market whose order is unknown counts as free',
    caughtBy: 3,
    config: PONDEROUS,
    standIns: () => ({
      deps: forgetsUnknowns,
      faults: () => ({
        ...NO_FAULTS,
        submit: { ...NO_FAULTS.submit, timeout_without_effect: 0.5 },
      }),
    }),
  },
  {
    bug: 'a filled order falls back to sent',
    caughtBy: 4,
    standIns: () => {
      const fallen = new Set<string>();
      let line = 0;
      return {
        deps: rewritingStore((writes) =>
          writes.map((write): HotWrite => {
            if (write.kind === 'insert' && write.table === 'journal')
              return { ...write, key: `${write.key}#${(line += 1)}` };
            const falls =
              write.kind === 'replace' &&
              write.table === 'orders' &&
              write.value.state === 'filled' &&
              !fallen.has(write.key);
            if (!falls) return write;
            fallen.add(write.key);
            return { ...write, value: { ...write.value, state: 'sent' } };
          }),
        ),
      };
    },
  },
  {
    bug: 'exits are sent without reduce-only',
    caughtBy: 7,
    standIns: () => ({
      deps: brokenExchange((inner) => ({
        submit: (request) => inner.submit({ ...request, reduceOnly: false }),
      })),
    }),
  },
  {
    bug: 'what is being sold counts as still to be sold',
    caughtBy: 7,
    scenario: 'lost-answers',
    standIns: () => ({
      deps: brokenStore((inner) => ({
        get: async (table, key) => {
          const row = await inner.get(table, key);
          const value = row?.value;
          return row !== null && value !== undefined && 'exit' in value
            ? { ...row, value: { ...value, exit: { ...value.exit, sellable: value.quantity } } }
            : row;
        },
      })),
    }),
  },
  {
    bug: 'a price that is off the grid is stored and sent',
    caughtBy: 9,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.map((write) => {
          if (write.kind !== 'insert' || write.table !== 'orders') return write;
          const { intent } = write.value;
          const limitPrice = price(intent.limitPrice + 1);
          return { ...write, value: { ...write.value, intent: { ...intent, limitPrice } } };
        }),
      ),
    }),
  },
  {
    bug: 'fees are booked a millionth of a dollar too high',
    caughtBy: 10,
    standIns: () => ({
      session: mishearingFills((fill) => ({ ...fill, fee: money(fill.fee + 1) })),
    }),
  },
  {
    bug: 'an opened position holds one contract more than was bought',
    caughtBy: 11,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.map((write) =>
          write.kind === 'insert' && write.table === 'positions'
            ? {
                ...write,
                value: { ...write.value, quantity: contracts(write.value.quantity + 100) },
              }
            : write,
        ),
      ),
    }),
  },
  {
    bug: 'a fill stands in the journal twice',
    caughtBy: 12,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.flatMap((write) =>
          write.kind === 'insert' && write.table === 'journal' && write.value.kind === 'fill'
            ? [write, { ...write, key: `${write.key} again` }]
            : [write],
        ),
      ),
    }),
  },
  {
    bug: 'a fill that the stream shows is dropped, and the lists are not read',
    caughtBy: 12,
    standIns: () => ({
      deps: brokenExchange(() => ({
        fills: () => Promise.resolve({ kind: 'read', value: [] }),
      })),
      session: (epoch) =>
        new MishearingSession(epoch, (event) =>
          event.kind === 'fill' ? { kind: 'control', sequence: null, type: 'dropped' } : event,
        ),
    }),
  },
  {
    bug: 'a settlement is booked a cent short',
    caughtBy: 14,
    config: PATIENT,
    standIns: () => ({
      deps: brokenExchange((inner) => ({
        settlements: async (filter) => {
          const read = await inner.settlements(filter);
          if (read.kind !== 'read') return read;
          const value = read.value.map((one) => ({ ...one, revenue: money(one.revenue - 10_000) }));
          return { ...read, value };
        },
      })),
    }),
  },
  {
    bug: 'a settlement stands in the journal twice',
    caughtBy: 14,
    config: PATIENT,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.flatMap((write) =>
          write.kind === 'insert' && write.table === 'journal' && write.value.kind === 'settlement'
            ? [write, { ...write, key: `${write.key} again` }]
            : [write],
        ),
      ),
    }),
  },
  {
    bug: 'a fee stands in the journal as a fraction of the smallest unit',
    caughtBy: 15,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.map((write) => {
          if (write.kind !== 'insert' || write.table !== 'journal') return write;
          const { value } = write;
          if (value.kind !== 'fill') return write;
          const fill = { ...value.fill, fee: (value.fill.fee + 0.5) as Money };
          return { ...write, value: { ...value, fill } };
        }),
      ),
    }),
  },
  {
    bug: 'reservations always succeed, whatever room there is',
    caughtBy: 16,
    config: NARROW,
    standIns: () => ({
      deps: brokenStore((inner) => ({
        headroom: (scope) =>
          isCash(scope) ? inner.headroom(scope) : Promise.resolve(1_000_000_000_000),
        transact: (writes) =>
          inner.transact(
            writes.map((write) =>
              write.kind === 'reserve'
                ? { ...write, kind: 'release', amount: -write.amount }
                : write,
            ),
          ),
      })),
    }),
  },
  {
    bug: 'what an order gives back is given back twice',
    caughtBy: 17,
    standIns: () => ({
      deps: rewritingStore((writes) =>
        writes.map((write) =>
          write.kind === 'release' && !isCash(write.scope)
            ? { ...write, amount: 2 * write.amount }
            : write,
        ),
      ),
    }),
  },
  {
    bug: 'a line of any age is a price',
    caughtBy: 23,
    scenario: 'broken-streams',
    standIns: () => ({
      deps: (deps) => ({
        ...deps,
        config: {
          ...deps.config,
          pricing: {
            ...deps.config.pricing,
            limits: {
              ...deps.config.pricing.limits,
              pushed: {
                quoteMaxAgeMs: { live: 3_600_000, pregame: 3_600_000 },
                sideStalenessMs: { live: 3_600_000, pregame: 3_600_000 },
              },
            },
          },
        },
      }),
    }),
  },
  {
    bug: 'the feeder applies deltas after a gap',
    caughtBy: 24,
    scenario: 'broken-streams',
    standIns: () => ({
      session: (epoch) => new MishearingSession(epoch, withoutHoles()),
    }),
  },
  {
    bug: 'the feeder publishes a tick twice',
    caughtBy: 24,
    standIns: () => ({ session: (epoch) => new StammeringSession(epoch) }),
  },
  {
    bug: 'the decision log alters what it is given',
    caughtBy: 26,
    standIns: () => ({
      deps: (deps) => ({
        ...deps,
        decisions: {
          all: () => deps.decisions.all(),
          append: (record) =>
            deps.decisions.append({ ...record, outcome: { ...record.outcome, entry: 'altered' } }),
        },
      }),
    }),
  },
  {
    bug: 'a decision is not recorded',
    caughtBy: 26,
    standIns: () => ({
      deps: (deps) => ({
        ...deps,
        decisions: {
          all: () => deps.decisions.all(),
          append: (record) => Promise.resolve({ record, previousSha256: '', sha256: '' }),
        },
      }),
    }),
  },
  {
    bug: 'settlements can not be read any more',
    caughtBy: 30,
    config: PATIENT,
    standIns: () => ({
      deps: brokenExchange((inner) => {
        let traded = false;
        return {
          submit: (request) => {
            traded = true;
            return inner.submit(request);
          },
          settlements: (filter) =>
            traded
              ? Promise.resolve({ kind: 'unavailable', reason: 'made for a test' })
              : inner.settlements(filter),
        };
      }),
    }),
  },
  {
    bug: 'asking for an order changes it',
    caughtBy: 31,
    standIns: () => ({
      deps: brokenStore((inner) => ({
        get: async (table, key) => {
          if (table === 'orders') {
            const row = await inner.get('orders', key);
            if (row !== null) await inner.transact([touched(row)]);
          }
          return inner.get(table, key);
        },
      })),
    }),
  },
  {
    bug: 'nobody asks for orders whose outcome is unknown',
    caughtBy: 40,
    scenario: 'lost-answers',
    standIns: () => ({ deps: brokenStore(() => ({ openOrders: () => Promise.resolve([]) })) }),
  },
];

describe('the invariant checker', () => {
  it.each(BUGS)('sees that $bug (inv $caughtBy)', async (bug) => {
    const noticed: number[][] = [];
    for (const seed of SEEDS) {
      const violated = await violatedBy(bug, seed);
      if (violated.includes(bug.caughtBy)) return;
      noticed.push(violated);
    }
    expect.fail(`seeds ${SEEDS.join(', ')} noticed ${JSON.stringify(noticed)}`);
  });

  it.each([
    { scenario: QUIET, config: DEFAULT_CONFIG },
    { scenario: QUIET, config: NARROW },
    { scenario: QUIET, config: PATIENT },
    { scenario: 'lost-answers', config: PONDEROUS },
    { scenario: 'lost-answers', config: DEFAULT_CONFIG },
    { scenario: 'broken-streams', config: DEFAULT_CONFIG },
  ])('has nothing to say of the same seeds of $scenario unbroken', async (run) => {
    for (const seed of SEEDS) {
      const { outcome } = await playSeed({ ...run, seed });
      expect(
        outcome.record.invariants.flatMap(({ firstViolation }) => firstViolation ?? []),
      ).toEqual([]);
    }
  });

  it('sees a decision that was altered after it was chained (inv 26)', async () => {
    const world = aWorld({ seed: 1, scenario: QUIET });
    await runOut(world);
    const decisions = await world.decisions.all();
    expect(decisions.length).toBeGreaterThan(0);
    const violations = (altered: typeof decisions): number => {
      const tally = new InvariantTally(() => '');
      checkDecisions(tally, altered, world.deps.config);
      return tally.violated;
    };
    expect(violations(decisions)).toBe(0);
    const [first, ...rest] = decisions;
    const later = { ...first!.record, decidedAtMs: first!.record.decidedAtMs + 1 };
    expect(violations([{ ...first!, record: later }, ...rest])).toBeGreaterThan(0);
    expect(violations(rest)).toBeGreaterThan(0);
  });
});

/** The numbers that broke, also when the bug ended the run. */
async function violatedBy(bug: Bug, seed: number): Promise<number[]> {
  const world = aWorld({
    seed,
    scenario: bug.scenario ?? QUIET,
    standIns: bug.standIns(),
    ...(bug.config !== undefined && { config: bug.config }),
  });
  try {
    await runOut(world);
    await checkEndedWorld(world);
  } catch {
    // An assertion of the domain may end the run first; what the checker has seen by then is what counts.
  }
  return world.checker.tally
    .records()
    .filter(({ violated }) => violated > 0)
    .map(({ number }) => number);
}

async function runOut(world: World): Promise<void> {
  world.begin();
  await world.scheduler.run({ untilMs: world.endMs, turn: setImmediate });
  await drainWorld(world);
}

function isCash(scope: HeadroomKey): boolean {
  return scope.startsWith('cash:');
}

/** Numbers that seem to follow each other whatever was lost between them; a number heard again is still dropped. */
function withoutHoles(): (event: MarketDataEvent) => MarketDataEvent {
  const heard = new Map<number, { last: number; given: number }>();
  return (event) => {
    if (!('sequence' in event) || event.sequence === null) return event;
    const { subscription, sequence } = event.sequence;
    const state = heard.get(subscription) ?? { last: 0, given: 0 };
    heard.set(subscription, state);
    if (sequence > state.last) {
      state.last = sequence;
      state.given += 1;
    }
    return { ...event, sequence: { subscription, sequence: state.given } };
  };
}

function touched(row: Row<Order>): HotWrite {
  const value = { ...row.value, updatedAtMs: row.value.updatedAtMs + 1 };
  return { kind: 'replace', table: 'orders', key: row.key, value, version: row.version };
}

/** No cause is raised for an unknown outcome, and its market looks free. */
function forgetsUnknowns(deps: TradingDeps): TradingDeps {
  const { store } = deps;
  return brokenStore((inner) => ({
    get: async (table, key) => {
      const row = await inner.get(table, key);
      if (row === null || !('holder' in row.value) || !('generation' in row.value)) return row;
      const { holder } = row.value;
      const order = holder === null ? null : await store.get('orders', holder);
      return order?.value.state === 'unknown'
        ? { ...row, value: { ...row.value, holder: null, generation: row.value.generation + 1 } }
        : row;
    },
    transact: async (writes) => {
      const kept = writes.filter(
        (write) =>
          !(
            (write.kind === 'insert' || write.kind === 'remove') &&
            write.table === 'causes' &&
            write.key.startsWith('unknown_outcome')
          ),
      );
      return kept.length === 0 ? { kind: 'committed' } : inner.transact(kept);
    },
  }))(deps);
}
