import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import type { ControlRefusal } from '../../shared/simulator/exchange/control-action.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import {
  closeSchema,
  emptySchema,
  eventFeesSchema,
  resultSchema,
  seriesFeesSchema,
  structureSchema,
} from './control-schema.ts';
import {
  create,
  happen,
  operate,
  listed,
  markets,
  read,
  resultOf,
  type ControlReply,
  type Route,
} from './control-actions.ts';

/** A change of one market's life, named by the last part of its path. */
function lifeRoute(
  name: string,
  does: string,
  act: (exchange: SimExchange, ticker: MarketTicker, nowMs: EpochMs) => ControlRefusal | null,
): Route {
  return {
    method: 'POST',
    path: `/markets/{ticker}/${name}`,
    does,
    example: {},
    answer: (venue, ticker, body) => {
      read(emptySchema, body);
      listed(venue, ticker);
      return happen(venue, name, { ticker }, (nowMs) => act(venue.exchange, ticker, nowMs));
    },
  };
}

/** What the control API does to markets and fees. */
export const MARKET_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/markets',
    does: 'every market and where it stands',
    example: null,
    answer: (venue) => ok(markets(venue)),
  },
  {
    method: 'POST',
    path: '/markets',
    does: 'lists a market; the crowd does not trade it',
    example: { ticker: 'KXMINE-1-YES', closesInMs: 3_600_000, structure: 'tapered_deci_cent' },
    answer: (venue, _name, body) => create(venue, body),
  },
  lifeRoute('deactivate', 'pauses a market', (exchange, ticker, nowMs) =>
    exchange.deactivate(ticker, nowMs),
  ),
  lifeRoute(
    'reactivate',
    'resumes a paused market; every resting order in it is cancelled',
    (exchange, ticker, nowMs) => exchange.reactivate(ticker, nowMs),
  ),
  {
    method: 'POST',
    path: '/markets/{ticker}/close',
    does: 'moves the close time of a market: early, later, or of a closed one to open it again',
    example: { inMs: 0 },
    answer: (venue, ticker, body) => {
      const { inMs } = read(closeSchema, body);
      listed(venue, ticker);
      const reply = happen(venue, 'close', { ticker, inMs }, (nowMs) =>
        venue.exchange.moveClose(ticker, nowMs + inMs, nowMs),
      );
      venue.exchange.advance(venue.timers.nowMs());
      return reply;
    },
  },
  {
    method: 'POST',
    path: '/markets/{ticker}/determine',
    does: 'sets the result; a market that trades is closed first, and paid after its settlement timer',
    example: { result: 'scalar', value: '0.3500' },
    answer: (venue, ticker, body) => {
      const asked = read(resultSchema, body);
      listed(venue, ticker);
      return happen(venue, 'determine', { ticker, ...asked }, (nowMs) =>
        venue.exchange.determine(ticker, resultOf(asked), nowMs),
      );
    },
  },
  lifeRoute(
    'dispute',
    'disputes a result: nothing is paid until it is amended',
    (exchange, market, nowMs) => exchange.control({ kind: 'dispute', market }, nowMs),
  ),
  {
    method: 'POST',
    path: '/markets/{ticker}/amend',
    does: 'sets the result after a dispute; the settlement timer starts again',
    example: { result: 'no' },
    answer: (venue, ticker, body) => {
      const result = resultOf(read(resultSchema, body));
      return operate(venue, { kind: 'amend_result', market: listed(venue, ticker), result });
    },
  },
  lifeRoute('void', 'settles a market at its last price', (exchange, market, nowMs) =>
    exchange.control({ kind: 'void', market }, nowMs),
  ),
  {
    method: 'POST',
    path: '/markets/{ticker}/price-structure',
    does: 'gives a market other ticks; what rests stays',
    example: { structure: 'deci_cent' },
    answer: (venue, ticker, body) => {
      const { structure } = read(structureSchema, body);
      return operate(venue, { kind: 'price_structure', market: listed(venue, ticker), structure });
    },
  },
  {
    method: 'POST',
    path: '/events/{ticker}/fees',
    does: 'overrides fees of the series for an event; two nulls end it',
    example: { makerFeeType: 'quadratic_with_maker_fees', multiplier: 0.5 },
    answer: (venue, eventTicker, body) => {
      const { makerFeeType, multiplier, inMs } = read(eventFeesSchema, body);
      const override = {
        makerFeeType,
        multiplierMillionths: multiplier === null ? null : millionths(multiplier),
      };
      const atMs = inMs === 0 ? null : venue.timers.nowMs() + inMs;
      return operate(venue, { kind: 'override_fees', eventTicker, override, atMs });
    },
  },
  {
    method: 'POST',
    path: '/series/{ticker}/fees',
    does: 'changes the fees of a series, now or later',
    example: { makerFeeType: 'quadratic', multiplier: 0.5, inMs: 60_000 },
    answer: (venue, seriesTicker, body) => {
      const { makerFeeType, multiplier, inMs } = read(seriesFeesSchema, body);
      const fees = { makerFeeType, multiplierMillionths: millionths(multiplier) };
      const atMs = inMs === 0 ? null : venue.timers.nowMs() + inMs;
      return operate(venue, { kind: 'series_fees', seriesTicker, fees, atMs });
    },
  },
];

function millionths(multiplier: number): number {
  return Math.round(multiplier * 1_000_000);
}

const ok = (body: object): ControlReply => ({ status: 200, body });
