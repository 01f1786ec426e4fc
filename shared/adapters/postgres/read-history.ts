import { and, asc, gt, inArray } from 'drizzle-orm';
import { contracts } from '../../domain/money/contracts.ts';
import { money } from '../../domain/money/money.ts';
import { price, type Price } from '../../domain/money/price.ts';
import type { HistoryEvent } from '../../ports/history.ts';
import { epochMs } from './columns.ts';
import type { Database } from './data-api-database.ts';
import { PAGE_ROWS, readPages } from './read-pages.ts';
import {
  edges,
  entryRefusals,
  marks,
  markSamples,
  scoredBatches,
  scoredMarkets,
  stateEvents,
} from './schema.ts';

/** What reports fold over, by time, then id. */
export async function readHistory(db: Database): Promise<readonly HistoryEvent[]> {
  const kinds = [readScored, readEdges, readRefusals, readMarks, readStates];
  const all: HistoryEvent[] = [];
  for (const read of kinds) all.push(...(await read(db)));
  return all.toSorted((a, b) => a.atMs - b.atMs || (a.eventId < b.eventId ? -1 : 1));
}

async function readScored(db: Database): Promise<readonly HistoryEvent[]> {
  const { seq, eventId, at, ticks, skips } = scoredBatches;
  const batches = await readPages((after) =>
    db
      .select({ seq, row: { eventId, atMs: epochMs(at), ticks, skips } })
      .from(scoredBatches)
      .where(gt(seq, after))
      .orderBy(asc(seq))
      .limit(PAGE_ROWS),
  );
  const looked = Map.groupBy(await readScoredMarkets(db), (row) => row.eventId);
  return batches.map((batch) => ({
    kind: 'scored',
    ...batch,
    markets: (looked.get(batch.eventId) ?? []).map(({ market, bid, ask, fair, ...row }) => ({
      market,
      ticks: row.ticks,
      edges: row.edges,
      bid: priceOrNull(bid),
      ask: priceOrNull(ask),
      fair,
      feederTimeMs: row.feederTimeMs,
    })),
  }));
}

function readScoredMarkets(db: Database) {
  const { seq, feederTime } = scoredMarkets;
  const { eventId, market, ticks, edges: found, bid, ask, fair } = scoredMarkets;
  const columns = { eventId, market, ticks, edges: found, bid, ask, fair };
  return readPages((after) =>
    db
      .select({ seq, row: { ...columns, feederTimeMs: epochMs(feederTime) } })
      .from(scoredMarkets)
      .where(gt(seq, after))
      .orderBy(asc(seq))
      .limit(PAGE_ROWS),
  );
}

async function readEdges(db: Database): Promise<readonly HistoryEvent[]> {
  const rows = await readPages((after) =>
    db
      .select({
        seq: edges.seq,
        row: {
          eventId: edges.eventId,
          atMs: epochMs(edges.at),
          market: edges.market,
          stampEpoch: edges.stampEpoch,
          stampN: edges.stampN,
          leg: edges.leg,
          limitPrice: edges.limitPrice,
          count: edges.count,
          perContract: edges.perContract,
          fair: edges.fair,
          strategy: edges.strategy,
        },
      })
      .from(edges)
      .where(gt(edges.seq, after))
      .orderBy(asc(edges.seq))
      .limit(PAGE_ROWS),
  );
  return rows.map(({ stampEpoch, stampN, ...row }) => ({
    kind: 'edge',
    ...row,
    stamp: { epoch: stampEpoch, n: stampN },
    limitPrice: price(row.limitPrice),
    count: contracts(row.count),
    perContract: money(row.perContract),
  }));
}

async function readRefusals(db: Database): Promise<readonly HistoryEvent[]> {
  const { seq, eventId, at, market, code } = entryRefusals;
  const rows = await readPages((after) =>
    db
      .select({ seq, row: { eventId, atMs: epochMs(at), market, code } })
      .from(entryRefusals)
      .where(gt(seq, after))
      .orderBy(asc(seq))
      .limit(PAGE_ROWS),
  );
  return rows.map((row) => ({ kind: 'entry_refused', ...row }));
}

async function readMarks(db: Database): Promise<readonly HistoryEvent[]> {
  const samples = await readPages((after) =>
    db
      .select({
        seq: markSamples.seq,
        row: { eventId: markSamples.eventId, atMs: epochMs(markSamples.at) },
      })
      .from(markSamples)
      .where(gt(markSamples.seq, after))
      .orderBy(asc(markSamples.seq))
      .limit(PAGE_ROWS),
  );
  const { seq, eventId, positionId, legPrice } = marks;
  const rows = await readPages((after) =>
    db
      .select({ seq, row: { eventId, positionId, legPrice } })
      .from(marks)
      .where(gt(seq, after))
      .orderBy(asc(seq))
      .limit(PAGE_ROWS),
  );
  const marked = Map.groupBy(rows, (row) => row.eventId);
  return samples.map((sample) => ({
    kind: 'marks',
    ...sample,
    marks: (marked.get(sample.eventId) ?? []).map((row) => ({
      positionId: row.positionId,
      legPrice: price(row.legPrice),
    })),
  }));
}

async function readStates(db: Database): Promise<readonly HistoryEvent[]> {
  const { seq, eventId, at, kind, body } = stateEvents;
  const rows = await readPages((after) =>
    db
      .select({ seq, row: { eventId, atMs: epochMs(at), body } })
      .from(stateEvents)
      .where(and(gt(seq, after), inArray(kind, ['market', 'lifecycle'])))
      .orderBy(asc(seq))
      .limit(PAGE_ROWS),
  );
  return rows.map(({ body: told, eventId: id, atMs }) => ({ ...told, eventId: id, atMs }));
}

function priceOrNull(units: number | null): Price | null {
  return units === null ? null : price(units);
}
