import type { EpochMs, MarketTicker } from '../../shared/domain/market/market.ts';
import { formatMoney, money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import type { LifeRefusal } from '../../shared/simulator/exchange/market-lifecycle.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import {
  closeSchema,
  depositSchema,
  emptySchema,
  FRAME_FAULTS,
  pauseSchema,
  REQUEST_FAULTS,
  resultSchema,
  scheduleSchema,
} from './control-schema.ts';
import {
  clockOf,
  create,
  happen,
  inject,
  listed,
  markets,
  moveClock,
  read,
  Refusal,
  resultOf,
  truthOf,
  type ControlledVenue,
  type ControlReply,
} from './control-actions.ts';

type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` stands for one part. */
  readonly path: string;
  readonly does: string;
  /** A body that it takes; null when it takes none. */
  readonly example: object | null;
  readonly answer: (venue: ControlledVenue, name: string, body: unknown) => ControlReply;
};

/** Answers one request to the control API; the body is its text. Throws for bugs only. */
export function control(
  venue: ControlledVenue,
  request: { readonly method: string; readonly path: string; readonly body: string },
): ControlReply {
  const known = CONTROL_ROUTES.map((route) => ({
    route,
    matched: patternOf(route.path).exec(request.path),
  })).filter(({ matched }) => matched !== null);
  const found = known.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    const methods = known.map(({ route }) => route.method).join(', ');
    return known.length === 0
      ? refused(404, `There is no ${request.path}. GET / lists all that there is.`)
      : refused(405, `${request.path} takes ${methods}, not ${request.method}.`);
  }
  try {
    const name = decodeURIComponent(found.matched?.[1] ?? '');
    return found.route.answer(venue, name, bodyOf(request.body));
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.message);
    if (error instanceof URIError) return refused(400, `${request.path} is not an address.`);
    throw error;
  }
}

function bodyOf(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not JSON. Send an object such as {"advanceMs":60000}.');
  }
}

function refused(status: number, error: string): ControlReply {
  return { status, body: { error } };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/, '([^/]+)')}$`);
}

const ok = (body: object): ControlReply => ({ status: 200, body });

/** A change of one market's life, named by the last part of its path. */
function lifeRoute(
  name: string,
  does: string,
  act: (exchange: SimExchange, ticker: MarketTicker, nowMs: EpochMs) => LifeRefusal | null | void,
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

/** All that the control API can do. */
export const CONTROL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    does: 'lists all of this',
    example: null,
    answer: () =>
      ok({
        routes: CONTROL_ROUTES.map(({ method, path, does, example }) => ({
          method,
          path,
          does,
          ...(example !== null && { example }),
        })),
        faults: [...REQUEST_FAULTS, ...FRAME_FAULTS, 'clock_skew'],
      }),
  },
  {
    method: 'POST',
    path: '/faults',
    does: 'injects a fault, once unless count, probability or forMs say otherwise',
    example: {
      fault: 'server_error',
      status: 502,
      applied: true,
      method: 'POST',
      path: '/portfolio/events/orders',
      count: 3,
    },
    answer: (venue, _name, body) => inject(venue, body),
  },
  {
    method: 'GET',
    path: '/faults',
    does: 'every fault that was injected and each time that one came',
    example: null,
    answer: ({ faults }) =>
      ok({
        fired: faults.fired,
        forgotten: faults.forgotten,
        faults: faults.records(),
        firings: faults.firings(),
      }),
  },
  {
    method: 'DELETE',
    path: '/faults',
    does: 'ends all faults',
    example: null,
    answer: ({ faults }) => ok({ cleared: faults.clearAll() }),
  },
  {
    method: 'DELETE',
    path: '/faults/{id}',
    does: 'ends one fault',
    example: null,
    answer: ({ faults }, id) => {
      if (!faults.clear(Number(id)))
        throw new Refusal(404, `No active fault has the number ${id}. GET /faults lists all.`);
      return ok(faults.record(Number(id)) ?? {});
    },
  },
  {
    method: 'GET',
    path: '/clock',
    does: 'the time of the exchange and how fast it runs',
    example: null,
    answer: (venue) => ok(clockOf(venue)),
  },
  {
    method: 'POST',
    path: '/clock',
    does: 'moves the time ahead by advanceMs, or lets it run rate times as fast; 0 stops it',
    example: { advanceMs: 3_600_000 },
    answer: (venue, _name, body) => moveClock(venue, body),
  },
  {
    method: 'POST',
    path: '/pause',
    does: 'pauses trading (cancels still work) or the whole exchange, or ends a pause (none)',
    example: { pause: 'trading' },
    answer: (venue, _name, body) => {
      const { pause } = read(pauseSchema, body);
      return happen(venue, 'pause', { pause }, (nowMs) => venue.exchange.setPause(pause, nowMs));
    },
  },
  {
    method: 'POST',
    path: '/schedule',
    does: 'pauses trading every Thursday from 03:00 to 05:00 in New York, or not',
    example: { thursdayPause: true },
    answer: ({ pauses }, _name, body) => {
      const asked = read(scheduleSchema, body);
      pauses.close();
      if (asked.thursdayPause) pauses.begin();
      return ok(asked);
    },
  },
  {
    method: 'POST',
    path: '/deposits',
    does: 'pays money in; an account that is not there is made',
    example: { exchangeIndex: 0, dollars: 1_000 },
    answer: (venue, _name, body) => {
      const { account = venue.account, exchangeIndex, dollars } = read(depositSchema, body);
      const amount = money(Math.round(dollars * MICROS_PER_DOLLAR));
      const details = { account, exchangeIndex, dollars: formatMoney(amount) };
      return happen(venue, 'deposit', details, () =>
        venue.exchange.deposit(account, exchangeIndex, amount),
      );
    },
  },
  {
    method: 'GET',
    path: '/truth/{account}',
    does: 'what an account really has, without the lag of reads',
    example: null,
    answer: (venue, account) => ok(truthOf(venue, account)),
  },
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
];
