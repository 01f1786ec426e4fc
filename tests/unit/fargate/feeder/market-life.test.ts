import { describe, expect, it } from 'vitest';
import {
  FEEDER_LIMITS,
  NO_CHECKS,
  type DirectoryEntry,
  type FeederChecks,
} from '../../../../fargate/feeder/feeder-parts.ts';
import { raiseCause, standingCauses } from '../../../../shared/application/trading-causes.ts';
import { STANDARD_FEES } from '../../../../shared/domain/market/fee-schedule.ts';
import type { Market } from '../../../../shared/domain/market/market.ts';
import { phaseOf } from '../../../../shared/domain/market/exchange-calendar.ts';
import { DECI_CENT } from '../../../../shared/domain/market/tick-grid.ts';
import type { LifecycleEvent, MarketDataEvent } from '../../../../shared/ports/market-data.ts';
import type { HotStore } from '../../../../shared/ports/hot-store.ts';
import { aFeederDesk, ENTRIES } from '../../../support/feeder-desk.ts';
import {
  A,
  aSyncedSession,
  B,
  mappingOf,
  snapshot,
  ticksOf,
} from '../../../support/feeder-events.ts';
import { aMarket, NOON } from '../../../support/trade-builders.ts';

const LIFE = 9;
const HALF_CENT = { makerFeeType: 'quadratic', multiplierMillionths: 500_000 } as const;

const HALF_FEES: readonly DirectoryEntry[] = ENTRIES.map((entry) => ({
  ...entry,
  market: { ...entry.market, fees: HALF_CENT },
}));

function lifecycle(
  sequence: number,
  event: LifecycleEvent,
  closeTimeMs: number | null = null,
): MarketDataEvent {
  return {
    kind: 'lifecycle',
    sequence: { subscription: LIFE, sequence },
    market: A,
    event,
    result: null,
    closeTimeMs,
    exchangeTimeMs: NOON + sequence,
  };
}

/** The market of the newest tick that each event gives. */
function marketsAfter(...events: readonly MarketDataEvent[]): readonly Market[] {
  const session = aSyncedSession();
  session.onSubscribed(LIFE, []);
  return events.map((event, index) => {
    const atMs = NOON + 1_000 * (index + 1);
    const ticks = ticksOf([...session.onStreamEvent(event, atMs), ...session.onTimer(atMs + 500)]);
    return ticks.at(-1)!.market;
  });
}

describe('the life of a market in its ticks', () => {
  it('closes early, is reopened by a later close, and only then takes orders again', () => {
    const [early, later] = marketsAfter(
      lifecycle(1, 'close_date_updated', NOON + 500),
      lifecycle(2, 'close_date_updated', NOON + 3_600_000),
    );
    expect(phaseOf(early!, NOON + 499)).toBe('open');
    expect(phaseOf(early!, NOON + 500)).toBe('closed');
    expect(phaseOf(later!, NOON + 2_000)).toBe('open');
  });

  it('is deactivated and reactivated, and ends when it is determined, disputed or not', () => {
    const after = marketsAfter(
      lifecycle(1, 'deactivated'),
      lifecycle(2, 'activated'),
      lifecycle(3, 'determined'),
      lifecycle(4, 'determined'),
      lifecycle(5, 'settled'),
    );
    expect(after.map((market) => phaseOf(market, NOON))).toEqual([
      'paused',
      'open',
      'ended',
      'ended',
      'ended',
    ]);
  });

  it('has the prices, words and times that the stream says, and keeps what it does not say', () => {
    const [grid, facts] = marketsAfter(
      {
        kind: 'price_grid_told',
        sequence: { subscription: LIFE, sequence: 1 },
        market: A,
        priceRanges: DECI_CENT,
      },
      {
        kind: 'market_facts_told',
        sequence: { subscription: LIFE, sequence: 2 },
        market: A,
        title: 'Other words',
        openTimeMs: null,
        closeTimeMs: NOON + 60_000,
        expectedExpirationMs: null,
      },
    );
    expect(grid!.priceRanges).toEqual(DECI_CENT);
    expect(facts).toEqual({
      ...aMarket(),
      priceRanges: DECI_CENT,
      title: 'Other words',
      closeTimeMs: NOON + 60_000,
    });
  });
});

/** A feeder whose directory a test changes; it looks each second or two. */
async function aChangingDesk(
  checks: FeederChecks = NO_CHECKS,
  before: (store: HotStore) => Promise<void> = () => Promise.resolve(),
) {
  const list: { entries: readonly DirectoryEntry[] } = { entries: ENTRIES };
  const reads: boolean[] = [];
  const desk = aFeederDesk({
    checks,
    directory: (how) => {
      reads.push(how?.afresh ?? false);
      return Promise.resolve({ kind: 'read', value: list.entries });
    },
    limits: { ...FEEDER_LIMITS, directoryIntervalMs: 2_000 },
  });
  await before(desk.store);
  await desk.feeder.start();
  desk.stream().connect();
  const timeMs = desk.clock.nowMs();
  desk.stream().say(snapshot(1, A, { timeMs }), timeMs);
  desk.stream().say(snapshot(2, B, { timeMs }), timeMs);
  const followed = () => desk.feeder.markets().map(({ market }) => market);
  return { ...desk, list, reads, followed };
}

describe('the list of markets', () => {
  it('that lacks a market twice ends its books on the open connection', async () => {
    const { list, passTime, stream, streams, followed } = await aChangingDesk();
    await passTime(1_100);
    list.entries = [ENTRIES[0]!];
    await passTime(2_000);
    expect(followed()).toEqual([A, B]);
    await passTime(2_100);
    expect(followed()).toEqual([A]);
    expect(stream().sets).toEqual([[A]]);
    expect(streams).toHaveLength(1);
  });

  it('that lacks a market once, on the edge of a filter, changes nothing', async () => {
    const { list, passTime, stream } = await aChangingDesk();
    for (let round = 0; round < 4; round += 1) {
      list.entries = round % 2 === 0 ? [ENTRIES[0]!] : ENTRIES;
      await passTime(2_000);
    }
    expect(stream().sets).toEqual([]);
  });

  it('never lets a market fall out in which there is a position', async () => {
    const { list, passTime, store, followed } = await aChangingDesk();
    await store.transact([
      { kind: 'insert', table: 'positions', key: B, value: { state: 'open' } as never },
    ]);
    list.entries = [];
    await passTime(10_000);
    expect(followed()).toEqual([B]);
  });

  it('names the game of a known market later without losing its book', async () => {
    const { list, passTime, stream, outbox } = await aChangingDesk();
    list.entries = [{ market: aMarket({ ticker: 'LATE' }), mapping: null }, ...ENTRIES];
    await passTime(4_100);
    expect(stream().markets).toEqual([A, B, 'LATE']);
    const timeMs = stream().markets.length;
    expect(timeMs).toBe(3);
    list.entries = [
      { market: aMarket({ ticker: 'LATE' }), mapping: mappingOf('LATE') },
      ...ENTRIES,
    ];
    await passTime(4_100);
    const told = outbox.events.flatMap((event) =>
      event.kind === 'market' && event.market.ticker === 'LATE' ? [event.mapping?.gameId] : [],
    );
    expect(told).toEqual([undefined, 'game-1']);
    expect(stream().sets).toHaveLength(1);
  });

  it('takes the game of a market away, and gives it another start, as the list does', async () => {
    const { list, passTime, outbox, stream, clock } = await aChangingDesk();
    const [a, b] = [ENTRIES[0]!, ENTRIES[1]!];
    const plannedMs = a.mapping!.startTimeMs;
    const later = { ...a.mapping!, startTimeMs: plannedMs + 5_400_000 };
    await passTime(1_100);
    for (const mapping of [later, null, a.mapping]) {
      list.entries = [{ ...a, mapping }, b];
      await passTime(4_100);
      if (mapping !== null) continue;
      stream().say(snapshot(3, A, { bid: 4_900, timeMs: clock.nowMs() }), clock.nowMs());
      await passTime(100);
      expect(outbox.ticks.findLast(({ market }) => market.ticker === A)?.mapping).toBeNull();
    }
    const told = outbox.events.flatMap((event) =>
      event.kind === 'market' && event.market.ticker === A ? [event] : [],
    );
    expect(told.map(({ mapping }) => mapping?.startTimeMs ?? null)).toEqual([
      plannedMs,
      later.startTimeMs,
      null,
      plannedMs,
    ]);
    // A store that has seen an id does not take it again.
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(4);
  });

  it('shows a research gap where the health is asked', async () => {
    const { list, passTime, feeder } = await aChangingDesk();
    list.entries = [
      ...ENTRIES,
      { market: aMarket({ ticker: 'GAP' }), mapping: null, category: 'Sports', researchGap: true },
    ];
    await passTime(4_100);
    expect(feeder.markets().map(({ market, researchGap }) => [market, researchGap])).toEqual([
      [A, false],
      [B, false],
      ['GAP', true],
    ]);
  });
});

const told = (eventTicker: string): MarketDataEvent => ({
  kind: 'event_fees_told',
  sequence: { subscription: LIFE, sequence: 1 },
  eventTicker,
  override: { kind: 'override', makerFeeType: null, multiplierMillionths: 500_000 },
});

describe('fees of an event that the exchange changes', () => {
  it('refuse new risk in it until they were read afresh, and count in the next tick', async () => {
    const { list, passTime, stream, store, clock, reads, outbox } = await aChangingDesk();
    const causes = async () =>
      (await standingCauses(store)).map(({ code, scope }) => [code, scope]);
    stream().handlers!.onSubscribed(LIFE, []);
    list.entries = [];
    stream().say(told(aMarket().eventTicker), clock.nowMs());
    await passTime(100);
    expect(await causes()).toEqual([
      ['fee_drift', { kind: 'event', eventTicker: aMarket().eventTicker }],
    ]);
    list.entries = HALF_FEES;
    await passTime(5_200);
    expect(await causes()).toEqual([]);
    expect(reads).toContain(true);
    expect(outbox.ticks.at(-1)!.market.fees).toEqual(HALF_CENT);
    expect(outbox.ticks[0]!.market.fees).toEqual(STANDARD_FEES);
  });

  it('are read once more a little later: the first answer may still have been the old one', async () => {
    const { passTime, stream, clock, reads } = await aChangingDesk();
    stream().handlers!.onSubscribed(LIFE, []);
    stream().say(told(aMarket().eventTicker), clock.nowMs());
    await passTime(1_000);
    expect(reads.filter((afresh) => afresh)).toHaveLength(1);
    await passTime(60_000);
    expect(reads.filter((afresh) => afresh)).toHaveLength(2);
  });

  it('of an event that is listed no more are asked for less and less often', async () => {
    const { list, passTime, stream, clock, reads } = await aChangingDesk();
    stream().handlers!.onSubscribed(LIFE, []);
    list.entries = [];
    stream().say(told(aMarket().eventTicker), clock.nowMs());
    await passTime(3_600_000);
    expect(reads.filter((afresh) => afresh).length).toBeLessThan(20);
  });

  it('that an earlier process was about to read are read by the next one', async () => {
    const { eventTicker } = aMarket();
    const { passTime, store } = await aChangingDesk(NO_CHECKS, async (before) => {
      await raiseCause(before, {
        code: 'fee_drift',
        scope: { kind: 'event', eventTicker },
        state: 'refuse',
        sinceMs: 1,
        detail: 'the process before',
      });
    });
    await passTime(12_000);
    expect(await standingCauses(store)).toEqual([]);
  });

  it('that are announced are read at their time, for each event of the series that is followed', async () => {
    const desk = await aChangingDesk({
      ...NO_CHECKS,
      fees: {
        feeChanges: () =>
          Promise.resolve({
            kind: 'read',
            value: [
              {
                id: '1',
                seriesTicker: aMarket().seriesTicker,
                change: { kind: 'series', fees: HALF_CENT },
                atMs: NOON + 30_000,
              },
              {
                id: '2',
                seriesTicker: aMarket().seriesTicker,
                change: { kind: 'event', eventTicker: 'ANOTHER', override: null },
                atMs: NOON + 20_000,
              },
            ],
          }),
      },
    });
    await desk.passTime(29_000);
    desk.list.entries = HALF_FEES;
    expect(desk.reads).not.toContain(true);
    await desk.passTime(1_200);
    expect(desk.reads.filter((afresh) => afresh)).toHaveLength(1);
    expect(desk.outbox.ticks.at(-1)!.market.fees).toEqual(HALF_CENT);
    expect(await standingCauses(desk.store)).toEqual([]);
  });

  it('are nothing to us where nothing of the event is followed', async () => {
    const { passTime, stream, store, clock } = await aChangingDesk();
    stream().handlers!.onSubscribed(LIFE, []);
    stream().say(told('ANOTHER'), clock.nowMs());
    await passTime(100);
    expect(await standingCauses(store)).toEqual([]);
  });
});

describe('a fuse that the exchange says is triggered', () => {
  it('stops the shard of its strategy, and one of somebody else nothing', async () => {
    const { passTime, stream, store, clock } = await aChangingDesk();
    const fuse = {
      strategy: 's',
      exchangeIndex: 0,
      orderGroupId: 'ours',
      limit: 100,
      armedAtMs: NOON,
    };
    await store.transact([{ kind: 'insert', table: 'fuses', key: 's|0', value: fuse as never }]);
    const say = (orderGroupId: string): void =>
      stream().say(
        {
          kind: 'order_group_told',
          sequence: null,
          orderGroupId,
          event: 'triggered',
          limit: null,
          exchangeTimeMs: clock.nowMs(),
        },
        clock.nowMs(),
      );
    say('theirs');
    await passTime(10);
    expect(await standingCauses(store)).toEqual([]);
    say('ours');
    await passTime(10);
    expect(await standingCauses(store)).toMatchObject([
      { code: 'fuse_blown', state: 'reduce', scope: { kind: 'shard', exchangeIndex: 0 } },
    ]);
  });
});
