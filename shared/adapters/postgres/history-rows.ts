import type { FairValue } from '../../domain/pricing/fair-value.ts';
import type { HistoryEvent } from '../../ports/history.ts';
import type { Row } from './json-rows.ts';
import type {
  edges,
  entryRefusals,
  feeds,
  lines,
  marks,
  markSamples,
  runs,
  scoredBatches,
  scoredMarkets,
  stateEvents,
  StateBody,
  StateEvent,
} from './schema.ts';

type EventOf<K extends HistoryEvent['kind']> = Extract<HistoryEvent, { kind: K }>;

/** What a batch of events brings to each table. */
export type HistoryRows = {
  readonly scoredBatches: Row<typeof scoredBatches>[];
  readonly scoredMarkets: Row<typeof scoredMarkets>[];
  readonly edges: Row<typeof edges>[];
  readonly entryRefusals: Row<typeof entryRefusals>[];
  readonly markSamples: Row<typeof markSamples>[];
  readonly marks: Row<typeof marks>[];
  readonly feeds: Row<typeof feeds>[];
  readonly runs: Row<typeof runs>[];
  readonly stateEvents: Row<typeof stateEvents>[];
  readonly lines: readonly Row<typeof lines>[];
};

/** The rows of events, each event once: of those with one id the first counts. */
export function historyRows(events: readonly HistoryEvent[]): HistoryRows {
  const rows: HistoryRows = {
    scoredBatches: [],
    scoredMarkets: [],
    edges: [],
    entryRefusals: [],
    markSamples: [],
    marks: [],
    feeds: [],
    runs: [],
    stateEvents: [],
    lines: linesOf(events),
  };
  const seen = new Set<string>();
  for (const event of events) {
    if (seen.has(event.eventId)) continue;
    seen.add(event.eventId);
    add(rows, event);
  }
  return rows;
}

function add(rows: HistoryRows, event: HistoryEvent): void {
  const { eventId, atMs: at } = event;
  switch (event.kind) {
    case 'scored':
      rows.scoredBatches.push({ eventId, at, ticks: event.ticks, skips: event.skips });
      rows.scoredMarkets.push(...scoredMarketRows(event));
      return;
    case 'edge':
      rows.edges.push(edgeRow(event));
      return;
    case 'entry_refused':
      rows.entryRefusals.push({ eventId, at, market: event.market, code: event.code });
      return;
    case 'marks':
      rows.markSamples.push({ eventId, at });
      rows.marks.push(...event.marks.map((mark, ordinal) => ({ eventId, ordinal, at, ...mark })));
      return;
    case 'feed':
      rows.feeds.push({
        eventId,
        at,
        feed: event.feed,
        change: event.change,
        detail: event.detail,
      });
      return;
    case 'run':
      rows.runs.push(runRow(event));
      return;
    case 'market':
    case 'lifecycle':
    case 'game_state':
      rows.stateEvents.push(stateRow(event));
  }
}

function scoredMarketRows(event: EventOf<'scored'>): readonly Row<typeof scoredMarkets>[] {
  return event.markets.map(({ feederTimeMs, ...looked }, ordinal) => ({
    eventId: event.eventId,
    ordinal,
    ...looked,
    feederTime: feederTimeMs,
  }));
}

function edgeRow({ atMs, stamp, ...event }: EventOf<'edge'>): Row<typeof edges> {
  const { eventId, market, leg, limitPrice, count, perContract, fair, strategy } = event;
  return {
    eventId,
    at: atMs,
    market,
    stampEpoch: stamp.epoch,
    stampN: stamp.n,
    leg,
    limitPrice,
    count,
    perContract,
    fair,
    strategy,
  };
}

function runRow({ atMs, ...event }: EventOf<'run'>): Row<typeof runs> {
  return { at: atMs, ...event };
}

function stateRow(event: StateEvent): Row<typeof stateEvents> {
  const { eventId, atMs, ...body } = event;
  return { eventId, at: atMs, kind: event.kind, subject: subjectOf(body), body };
}

function subjectOf(body: StateBody): string {
  switch (body.kind) {
    case 'market':
      return body.market.ticker;
    case 'lifecycle':
      return body.message.market;
    case 'game_state':
      return body.state.gameId;
  }
}

/** The fair lines that events tell of, each once, at the earliest time at which one of them does. */
function linesOf(events: readonly HistoryEvent[]): readonly Row<typeof lines>[] {
  const found = new Map<string, Row<typeof lines>>();
  const note = (market: string, fair: FairValue | null, atMs: number): void => {
    if (fair?.kind !== 'line') return;
    const { probability, uncertainty, books, asOfMs } = fair;
    const sources = books.map(({ source }) => source);
    const method = books.map((book) => book.method).join('+');
    const margin = books[0]?.margin ?? 0;
    const key = JSON.stringify([market, asOfMs, sources, method, probability]);
    const known = found.get(key);
    found.set(key, {
      market,
      asOf: asOfMs,
      sources: sources.join('+'),
      method,
      probability,
      uncertainty,
      margin,
      firstSeenAt: Math.min(known?.firstSeenAt ?? atMs, atMs),
    });
  };
  for (const event of events) {
    if (event.kind === 'edge') note(event.market, event.fair, event.atMs);
    if (event.kind !== 'scored') continue;
    for (const { market, fair } of event.markets) note(market, fair, event.atMs);
  }
  return [...found.values()];
}
