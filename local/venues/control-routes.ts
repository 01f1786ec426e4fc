import { formatMoney, money, MICROS_PER_DOLLAR } from '../../shared/domain/money/money.ts';
import {
  answersSchema,
  attestationSchema,
  depositSchema,
  FRAME_FAULTS,
  maintenanceSchema,
  pauseSchema,
  readLagSchema,
  REQUEST_FAULTS,
  scheduleSchema,
  shardRefusalSchema,
  tierSchema,
  transferTimeSchema,
} from './control-schema.ts';
import {
  clockOf,
  happen,
  operate,
  inject,
  moveClock,
  read,
  Refusal,
  truthOf,
  type ControlledVenue,
  type ControlReply,
  type Route,
} from './control-actions.ts';

import { MARKET_ROUTES } from './control-market-routes.ts';
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

/** All that the control API can do. */
export const CONTROL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    does: 'lists all of this, and the names of faults',
    example: null,
    answer: () =>
      ok({
        routes: CONTROL_ROUTES.map(({ method, path, does, example }) => ({
          method,
          path,
          does,
          ...(example !== null && { example }),
        })),
        faults: { requests: REQUEST_FAULTS, stream: FRAME_FAULTS, signatures: ['clock_skew'] },
      }),
  },
  {
    method: 'POST',
    path: '/faults',
    does: 'injects one of the faults that GET / names, once unless count, probability or forMs say otherwise; pauses, delays of reads, shards, and what happens to markets have routes of their own',
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
    does: 'every fault that was injected, everything that was done by a route of its own, and each time that one came',
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
    does: 'pauses trading (cancels still work) or the whole exchange, on one shard or all, or ends a pause (none)',
    example: { pause: 'trading', resumesInMs: 7_200_000 },
    answer: (venue, _name, body) => {
      const { pause, exchangeIndex: shard, resumesInMs, statusCode } = read(pauseSchema, body);
      const resumeAtMs = resumesInMs === null ? null : venue.timers.nowMs() + resumesInMs;
      return operate(venue, { kind: 'pause', pause, shard, resumeAtMs, statusCode });
    },
  },
  {
    method: 'POST',
    path: '/schedule',
    does: 'pauses trading every Thursday from 03:00 to 05:00 in New York, or not',
    example: { thursdayPause: true },
    answer: (venue, _name, body) => {
      const asked = read(scheduleSchema, body);
      return happen(venue, 'schedule', asked, () => {
        venue.pauses.close();
        if (asked.thursdayPause) venue.pauses.begin();
      });
    },
  },
  {
    method: 'POST',
    path: '/maintenance',
    does: 'what the schedule announces; POST /pause or the fault maintenance makes it true',
    example: { windows: [{ startsInMs: 3_600_000, lastsMs: 1_800_000 }] },
    answer: (venue, _name, body) => {
      const nowMs = venue.timers.nowMs();
      const windows = read(maintenanceSchema, body).windows.map(({ startsInMs, lastsMs }) => ({
        reason: 'maintenance' as const,
        startMs: nowMs + startsInMs,
        endMs: nowMs + startsInMs + lastsMs,
      }));
      return operate(venue, { kind: 'maintenance', windows });
    },
  },
  {
    method: 'POST',
    path: '/read-lag',
    does: 'how far reads of the account are behind writes from now on',
    example: { minMs: 200, maxMs: 500 },
    answer: (venue, _name, body) =>
      operate(venue, { kind: 'read_lag', lag: read(readLagSchema, body) }),
  },
  {
    method: 'POST',
    path: '/tier',
    does: 'changes the rate limits of an account',
    example: { tier: 'basic' },
    answer: (venue, _name, body) => {
      const { account = venue.account, tier } = read(tierSchema, body);
      return operate(venue, { kind: 'tier', account, tier });
    },
  },
  {
    method: 'POST',
    path: '/attestation',
    does: 'when the location attestation of an account ends; 0 lapses it, null takes it away',
    example: { expiresInMs: 0 },
    answer: (venue, _name, body) => {
      const { account = venue.account, expiresInMs } = read(attestationSchema, body);
      const expiresAtMs = expiresInMs === null ? null : venue.timers.nowMs() + expiresInMs;
      return operate(venue, { kind: 'attestation', account, expiresAtMs });
    },
  },
  {
    method: 'POST',
    path: '/shards/{index}/refuse',
    does: 'a shard refuses every order until as is null',
    example: { as: 'insufficient_shard_balance' },
    answer: (venue, index, body) => {
      const { as } = read(shardRefusalSchema, body);
      if (!/^\d{1,2}$/.test(index)) throw new Refusal(404, `There is no shard ${index}.`);
      return operate(venue, { kind: 'refuse_shard', shard: Number(index), as });
    },
  },
  {
    method: 'POST',
    path: '/answers',
    does: 'how what the documentation leaves open is answered',
    example: { fillOrKill: 'refused', postOnlyCross: 'accepted_cancelled' },
    answer: (venue, _name, body) => {
      const { fillOrKill, postOnlyCross } = read(answersSchema, body);
      return operate(venue, {
        kind: 'answers',
        ...(fillOrKill !== undefined && { fillOrKill }),
        ...(postOnlyCross !== undefined && { postOnlyCross }),
      });
    },
  },
  {
    method: 'POST',
    path: '/transfer-time',
    does: 'how long cash is on its way between shards',
    example: { ms: 5_000 },
    answer: (venue, _name, body) =>
      operate(venue, { kind: 'transfer_time', ms: read(transferTimeSchema, body).ms }),
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
    method: 'POST',
    path: '/withdrawals',
    does: 'pays money out',
    example: { exchangeIndex: 0, dollars: 1_000 },
    answer: (venue, _name, body) => {
      const { account = venue.account, exchangeIndex: shard, dollars } = read(depositSchema, body);
      const amount = money(Math.round(dollars * MICROS_PER_DOLLAR));
      return operate(venue, { kind: 'withdraw_cash', account, shard, amount });
    },
  },
  {
    method: 'GET',
    path: '/truth/{account}',
    does: 'what an account really has, without the lag of reads',
    example: null,
    answer: (venue, account) => ok(truthOf(venue, account)),
  },
  ...MARKET_ROUTES,
];
