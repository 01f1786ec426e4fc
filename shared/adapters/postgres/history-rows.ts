import { ofOutcomes, saidOf } from '../../domain/pricing/line-version.ts';
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
  readonly lines: Row<typeof lines>[];
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
    lines: [],
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
    case 'line':
      rows.lines.push(lineRow(event));
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

function lineRow({ atMs, ...event }: EventOf<'line'>): Row<typeof lines> {
  const { eventId, gameId, league, startTimeMs, phase, line } = event;
  const told = { eventId, at: atMs, gameId, league, startTime: startTimeMs, phase };
  const said = saidOf(line);
  if (line.kind === 'refused') {
    const reason =
      line.code === 'devig_refused'
        ? { source: line.source, refusal: line.refusal }
        : { reasons: line.reasons };
    return { ...told, code: line.code, books: [], reason, said };
  }
  const probabilities = ofOutcomes(line, line.probabilities);
  const uncertainties = ofOutcomes(line, line.uncertainties);
  return {
    ...told,
    rule: line.rule,
    homeProbability: probabilities.home,
    drawProbability: probabilities.draw,
    awayProbability: probabilities.away,
    homeUncertainty: uncertainties.home,
    drawUncertainty: uncertainties.draw,
    awayUncertainty: uncertainties.away,
    books: line.books,
    reason: { passedOver: line.passedOver },
    asOf: line.asOfMs,
    said,
  };
}
