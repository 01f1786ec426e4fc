import { describe, expect, it } from 'vitest';
import { scoreEdges, SkipDigest } from '../../../shared/application/score-edges.ts';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import type { EntrySignal } from '../../../shared/domain/strategies/decide-entry.ts';
import type { HistoryEvent } from '../../../shared/ports/history.ts';
import { aTick, closedDesk, TRADING_CONFIG } from '../../support/trading-desk.ts';

const desk = closedDesk();
const B = { ticker: 'KX-B', eventTicker: 'KX-B-EVENT' };
const FAIR_BOOK = { bid: 6_100, ask: 6_300 };

async function score(ticks: readonly MarketTick[], nowMs = desk.clock.nowMs()) {
  const sent: EntrySignal[][] = [];
  const told: HistoryEvent[] = [];
  const skipDigest = new SkipDigest();
  const signals = {
    send: (messages: readonly EntrySignal[]) => {
      sent.push([...messages]);
      return Promise.resolve();
    },
  };
  const history = {
    send: (events: readonly HistoryEvent[]) => {
      told.push(...events);
      return Promise.resolve();
    },
  };
  const deps = { config: TRADING_CONFIG, signals, history, skipDigest };
  const result = await scoreEdges(deps, ticks, nowMs);
  return { result, sent, told, digest: skipDigest.hex() };
}

const digestOf = async (...ticks: readonly MarketTick[]) => (await score(ticks)).digest;

describe('scoring', () => {
  it('sends a signal for a price far enough from the line, with the tick in it', async () => {
    const tick = aTick(desk);
    const { result, sent } = await score([tick]);
    expect(sent).toEqual([[expect.objectContaining({ kind: 'signal', tick })]]);
    expect(sent[0]![0]!.edge).toMatchObject({ leg: 'yes', limitPrice: 5_200, count: 1_000 });
    expect(result).toMatchObject({ scored: 1, skips: new Map() });
    expect(sent[0]![0]!.fair.probability).toBeCloseTo(0.62, 1);
  });

  it('counts what it skips, by reason, and sends nothing for it', async () => {
    const { result, sent } = await score([
      aTick(desk, FAIR_BOOK),
      aTick(desk, { market: B, sync: 'gapped' }),
      aTick(desk, { market: { ticker: 'KX-C', eventTicker: 'C' }, sync: 'gapped' }),
    ]);
    expect([...result.skips]).toEqual([
      ['edge_negative', 1],
      ['book_gapped', 2],
    ]);
    expect(sent).toEqual([]);
  });

  it('scores only the newest tick of each market, wherever it stands in the batch', async () => {
    const old = aTick(desk, { n: 1 });
    const fresh = aTick(desk, { n: 2, ...FAIR_BOOK });
    const other = aTick(desk, { n: 1, market: B });
    for (const batch of [
      [old, fresh, other],
      [fresh, other, old],
      [other, old, fresh, fresh],
    ]) {
      const { result, sent } = await score(batch);
      expect(sent.flat().map(({ tick }) => tick.market.ticker)).toEqual([B.ticker]);
      expect(result.scored).toBe(batch.length);
      expect([...result.skips.values()]).toEqual([1]);
    }
  });

  it('takes a later epoch for newer, whatever its counter', async () => {
    const before = { ...aTick(desk), stamp: { epoch: 1, n: 900 } };
    const after = { ...aTick(desk, FAIR_BOOK), stamp: { epoch: 2, n: 1 } };
    expect((await score([before, after])).sent).toEqual([]);
    expect((await score([after, before])).sent).toEqual([]);
  });

  it('drops what has waited too long', async () => {
    const { result } = await score([aTick(desk)], desk.clock.nowMs() + 1_001);
    expect([...result.skips]).toEqual([['tick_too_old', 1]]);
  });

  it('takes no odds for younger, and no game for later, because its own clock is behind the feeder’s', async () => {
    const nowMs = desk.clock.nowMs();
    const tick = aTick(desk);
    // Fourteen seconds old, in play, for a clock that is ten seconds behind.
    const legs = tick.legs.map((leg) => ({
      ...leg,
      sourceTimeMs: nowMs - 14_000,
      receivedMs: nowMs - 14_000,
    }));
    const startTimeMs = nowMs - 3_600_000;
    const inPlay = { ...tick, legs, mapping: { ...tick.mapping!, startTimeMs } };
    expect([...(await score([inPlay], nowMs)).result.skips]).toEqual([['line_expired', 1]]);
    expect([...(await score([inPlay], nowMs - 10_000)).result.skips]).toEqual([
      ['line_expired', 1],
    ]);
    const begun = { ...inPlay, mapping: { ...tick.mapping!, startTimeMs: nowMs - 5_000 } };
    expect([...(await score([begun], nowMs - 10_000)).result.skips]).toEqual([['line_expired', 1]]);
    const { sent } = await score([tick], nowMs - 200);
    expect(sent.flat()).toMatchObject([{ kind: 'signal', decidedAtMs: nowMs - 200 }]);
  });

  it('tells the history of the batch and of each edge in it, under ids that the same ticks give again', async () => {
    const ticks = [
      aTick(desk, { n: 1 }),
      aTick(desk, { n: 2 }),
      aTick(desk, { market: B, bid: null, ask: 6_300 }),
    ];
    const { told } = await score(ticks);
    const [scored, edge, ...others] = told;
    expect(others).toEqual([]);
    expect(scored).toMatchObject({
      kind: 'scored',
      ticks: 3,
      skips: { book_one_sided: 1 },
      markets: [
        { ticks: 2, edges: 1, bid: 5_000, ask: 5_200, feederTimeMs: desk.clock.nowMs() },
        { market: B.ticker, ticks: 1, edges: 0, bid: null, ask: 6_300 },
      ],
    });
    expect(edge).toMatchObject({ kind: 'edge', leg: 'yes', limitPrice: 5_200, stamp: { n: 2 } });
    const later = await score(ticks.toReversed(), desk.clock.nowMs() + 5);
    expect(later.told.map(({ eventId }) => eventId)).toEqual([scored!.eventId, edge!.eventId]);
    const another = await score(ticks.slice(1));
    expect(another.told[0]!.eventId).not.toBe(scored!.eventId);
    expect(another.told[1]!.eventId).toBe(edge!.eventId);
  });

  it('says nothing of a batch without ticks', async () => {
    expect((await score([])).told).toEqual([]);
  });

  it('hashes its skips: the same ticks give the same digest, any other reason or stamp another', async () => {
    const first = await digestOf(aTick(desk, FAIR_BOOK));
    expect(await digestOf(aTick(desk, FAIR_BOOK))).toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, n: 2 }))).not.toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, sync: 'gapped' }))).not.toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, homeOdds: 1.58 }))).not.toBe(first);
    expect(await digestOf(aTick(desk))).toBe(new SkipDigest().hex());
  });
});
