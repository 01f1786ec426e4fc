import { describe, expect, it } from 'vitest';
import { scoreEdges, SkipDigest } from '../../../shared/application/score-edges.ts';
import type { MarketTick } from '../../../shared/domain/market/market-tick.ts';
import type { EntrySignal } from '../../../shared/domain/strategies/decide-entry.ts';
import { aTick, closedDesk, TRADING_CONFIG } from '../../support/trading-desk.ts';

const desk = closedDesk();
const B = { ticker: 'KX-B', eventTicker: 'KX-B-EVENT' };
const FAIR_BOOK = { bid: 6_100, ask: 6_300 };

async function score(ticks: readonly MarketTick[], nowMs = desk.clock.nowMs()) {
  const sent: EntrySignal[][] = [];
  const fairs: number[] = [];
  const skipDigest = new SkipDigest();
  const signals = {
    send: (messages: readonly EntrySignal[]) => {
      sent.push([...messages]);
      return Promise.resolve();
    },
  };
  const onFair = (_: MarketTick, fair: { readonly probability: number }) => {
    fairs.push(fair.probability);
  };
  const deps = { config: TRADING_CONFIG, signals, skipDigest, onFair };
  const result = await scoreEdges(deps, ticks, nowMs);
  return { result, sent, fairs, digest: skipDigest.hex() };
}

const digestOf = async (...ticks: readonly MarketTick[]) => (await score(ticks)).digest;

describe('scoring', () => {
  it('sends a signal for a price far enough from the line, with the tick in it', async () => {
    const tick = aTick(desk);
    const { result, sent, fairs } = await score([tick]);
    expect(sent).toEqual([[expect.objectContaining({ kind: 'signal', tick })]]);
    expect(sent[0]![0]!.edge).toMatchObject({ leg: 'yes', limitPrice: 5_200, count: 1_000 });
    expect(result).toMatchObject({ scored: 1, skips: new Map() });
    expect(fairs[0]).toBeCloseTo(0.62, 1);
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

  it('hashes its skips: the same ticks give the same digest, any other reason or stamp another', async () => {
    const first = await digestOf(aTick(desk, FAIR_BOOK));
    expect(await digestOf(aTick(desk, FAIR_BOOK))).toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, n: 2 }))).not.toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, sync: 'gapped' }))).not.toBe(first);
    expect(await digestOf(aTick(desk, { ...FAIR_BOOK, homeOdds: 1.58 }))).not.toBe(first);
    expect(await digestOf(aTick(desk))).toBe(new SkipDigest().hex());
  });
});
