import * as z from 'zod';
import type {
  EpochMs,
  Market,
  MarketResult,
  MarketTicker,
} from '../../shared/domain/market/market.ts';
import { STANDARD_FEES } from '../../shared/domain/market/fee-schedule.ts';
import { PRICE_LEVEL_STRUCTURES } from '../../shared/domain/market/tick-grid.ts';
import { formatRfc3339 } from '../../shared/contracts/rfc3339.ts';
import { formatMoney, type Money } from '../../shared/domain/money/money.ts';
import { parsePrice } from '../../shared/domain/money/price.ts';
import type {
  ControlAction,
  ControlRefusal,
} from '../../shared/simulator/exchange/control-action.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import { frameFaultOf, frameScopeOf, requestFaultOf, requestScopeOf } from './control-faults.ts';
import {
  clockSchema,
  clockSkewSchema,
  FRAME_FAULTS,
  frameFaultSchema,
  newMarketSchema,
  REQUEST_FAULTS,
  requestFaultSchema,
  type AskedResult,
} from './control-schema.ts';
import { isOfConnection } from './faulted-wire.ts';
import type { FrameFaults } from './frame-faults.ts';
import type { FaultTerms, InjectedFault, InjectedFaults } from './injected-faults.ts';
import type { RequestFaults } from './request-faults.ts';
import type { ScheduledPauses } from './scheduled-pauses.ts';
import type { SignatureClock } from './signature-clock.ts';
import type { VenueTimers } from './venue-timers.ts';

/** All that the control API may touch. */
export type ControlledVenue = {
  readonly exchange: SimExchange;
  /** Whose money a deposit is by default. */
  readonly account: string;
  /** The exchange's own time. */
  readonly timers: VenueTimers;
  /** The time in which connections live: faults that last do so by it. */
  readonly wireNowMs: () => EpochMs;
  readonly faults: InjectedFaults;
  readonly requests: RequestFaults;
  readonly frames: FrameFaults;
  readonly signatures: SignatureClock;
  readonly pauses: ScheduledPauses;
};

export type ControlReply = { readonly status: number; readonly body: object };

/** One thing that the control API can do. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` stands for one part. */
  readonly path: string;
  readonly does: string;
  /** A body that it takes; null when it takes none. */
  readonly example: object | null;
  readonly answer: (venue: ControlledVenue, name: string, body: unknown) => ControlReply;
};

/** A request that cannot be done; the message says what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The body as a schema wants it; every problem of it in one message. */
export function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`,
  );
  throw new Refusal(400, `${problems.join('; ')}. GET / shows an example of each body.`);
}

/** A fault comes once, but as often as it can where its time or its chance is given. */
function countOf(asked: {
  readonly fault: string;
  readonly count?: number | null | undefined;
  readonly probability: number;
  readonly forMs?: number | null;
}): number | null {
  if (asked.count !== undefined) return asked.count;
  const isEndless = asked.fault === 'maintenance' || asked.probability < 1;
  return isEndless || typeof asked.forMs === 'number' ? null : 1;
}

export function inject(venue: ControlledVenue, body: unknown): ControlReply {
  const { fault } = read(z.object({ fault: z.string() }), body);
  const until = (forMs: number | null): Pick<FaultTerms, 'untilMs'> => ({
    untilMs: forMs === null ? null : venue.wireNowMs() + forMs,
  });
  if (fault === 'clock_skew') {
    const { skewMs, forMs } = read(clockSkewSchema, body);
    return injected(venue, venue.signatures.skew(skewMs, until(forMs)));
  }
  if (REQUEST_FAULTS.includes(fault)) {
    const asked = read(requestFaultSchema, body);
    const terms = { count: countOf(asked), probability: asked.probability, ...until(asked.forMs) };
    const scope = requestScopeOf(asked);
    return injected(venue, venue.requests.inject(requestFaultOf(asked), scope, terms));
  }
  if (!FRAME_FAULTS.includes(fault)) {
    const names = [...REQUEST_FAULTS, ...FRAME_FAULTS, 'clock_skew'].join(', ');
    throw new Refusal(
      400,
      `fault: there is no "${fault}". Name one of ${names}. Pauses, delays of reads, shards and markets have routes of their own, which GET / lists.`,
    );
  }
  const asked = read(frameFaultSchema, body);
  const frame = frameFaultOf(asked);
  const { probability } = asked;
  const terms = isOfConnection(frame)
    ? { count: asked.count ?? (probability < 1 ? null : ('each' as const)), ...until(null) }
    : { count: countOf(asked), ...until('channel' in asked ? asked.forMs : null) };
  return injected(
    venue,
    venue.frames.inject(frame, frameScopeOf(asked), { ...terms, probability }),
  );
}

function injected({ faults }: ControlledVenue, { id }: InjectedFault): ControlReply {
  return { status: 201, body: faults.record(id) ?? {} };
}

/** Something that happens at once: remembered as a fault that came, unless the exchange does not take it. */
export function happen(
  venue: ControlledVenue,
  name: string,
  details: object,
  act: (nowMs: EpochMs) => ControlRefusal | null | void,
): ControlReply {
  const refusal = act(venue.timers.nowMs()) ?? null;
  if (refusal !== null) throw new Refusal(409, refusalText(name, refusal));
  return injected(venue, venue.faults.addDone(name, details, name));
}

/** An action of the operator, remembered under its name. */
export function operate(venue: ControlledVenue, action: ControlAction): ControlReply {
  const { kind, ...details } = action;
  return happen(venue, kind, details, (nowMs) => venue.exchange.control(action, nowMs));
}

function refusalText(name: string, refusal: ControlRefusal): string {
  switch (refusal.code) {
    case 'wrong_status':
      return `The market is ${refusal.status}, and ${name} is not possible then. GET /markets tells the status of each.`;
    case 'close_in_the_past':
      return 'The close time is in the past. Give inMs of 0 or more.';
    case 'unknown_market':
    case 'unknown_event':
      return 'There is none of that name. GET /markets lists all.';
    case 'insufficient_cash':
      return 'The account has less cash than that on the shard. GET /truth/{account} tells how much.';
  }
}

export function listed({ exchange }: ControlledVenue, ticker: MarketTicker): MarketTicker {
  if (exchange.floor.listing(ticker) === undefined)
    throw new Refusal(404, `There is no market ${ticker}. GET /markets lists all.`);
  return ticker;
}

export function resultOf(asked: AskedResult): MarketResult {
  if (asked.result !== 'scalar') return { kind: asked.result };
  const value = parsePrice(asked.value);
  if (typeof value === 'object') throw new Refusal(400, `value: ${asked.value} is not a price.`);
  return { kind: 'scalar', settlementValue: value };
}

export function create(venue: ControlledVenue, body: unknown): ControlReply {
  const asked = read(newMarketSchema, body);
  const { ticker, exchangeIndex, settlementTimerMs } = asked;
  if (venue.exchange.floor.listing(ticker) !== undefined)
    throw new Refusal(409, `${ticker} is listed already. Choose another ticker.`);
  const nowMs = venue.timers.nowMs();
  const [seriesTicker = ticker] = ticker.split('-');
  const closeTimeMs = nowMs + asked.closesInMs;
  const market: Market = {
    ticker,
    eventTicker: ticker.includes('-') ? ticker.slice(0, ticker.lastIndexOf('-')) : ticker,
    seriesTicker,
    exchangeIndex,
    title: asked.title ?? `Simulated question ${ticker}`,
    status: 'active',
    openTimeMs: nowMs + asked.opensInMs,
    closeTimeMs,
    expectedExpirationMs: closeTimeMs,
    settlementTimerMs,
    priceRanges: PRICE_LEVEL_STRUCTURES[asked.structure],
    fees: STANDARD_FEES,
  };
  return happen(venue, 'create', { ticker }, (atMs) => venue.exchange.addMarket(market, atMs));
}

export function clockOf({ timers }: ControlledVenue): object {
  const nowMs = timers.nowMs();
  return { nowMs, now: formatRfc3339(nowMs), rate: timers.rate };
}

export function moveClock(venue: ControlledVenue, body: unknown): ControlReply {
  const asked = read(clockSchema, body);
  if ('rate' in asked) venue.timers.setRate(asked.rate);
  else venue.timers.advance(asked.advanceMs);
  venue.exchange.advance(venue.timers.nowMs());
  venue.faults.addDone('clock', asked, 'the time of the exchange');
  return { status: 200, body: clockOf(venue) };
}

export function markets({ exchange }: ControlledVenue): object {
  return {
    markets: [...exchange.floor.listings()].map(({ market, life }) => ({
      ticker: market.ticker,
      exchangeIndex: market.exchangeIndex,
      status: life.status,
      openTime: formatRfc3339(life.openTimeMs),
      closeTime: formatRfc3339(life.closeTimeMs),
      result: life.result,
    })),
  };
}

/** The truth without lag: what a checker compares a client's books with. */
export function truthOf({ exchange }: ControlledVenue, account: string): object {
  if (exchange.floor.accounts.find(account) === undefined)
    throw new Refusal(404, `There is no account ${account}. POST /deposits makes one.`);
  const truth = exchange.truth(account);
  return {
    account,
    cashByShard: dollars(truth.cashByShard),
    depositsByShard: dollars(truth.depositsByShard),
    fees: formatMoney(truth.fees),
    positions: Object.fromEntries(
      [...truth.positions].map(([ticker, { quantity }]) => [ticker, (quantity / 100).toFixed(2)]),
    ),
    orders: truth.orders.length,
    fills: truth.fills.map(({ tradeId, orderId }) => ({ tradeId, orderId })),
    settlements: truth.settlements.length,
  };
}

function dollars(of: ReadonlyMap<number, Money>): object {
  return Object.fromEntries([...of].map(([shard, amount]) => [shard, formatMoney(amount)]));
}
