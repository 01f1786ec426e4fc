import type { HttpRequest, HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { readExchangeError } from '../../shared/adapters/kalshi/wire/exchange-error.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { NotNow } from './check.ts';
import type { OwnWorld } from './own-world.ts';
import type { ProbedMarkets } from './probed-markets.ts';
import type { SafeOrders } from './safe-orders.ts';
import type { ProbedStream } from './probed-stream.ts';

/** What the exchange answered, as it came. */
export type Answer = {
  readonly status: number;
  readonly text: string;
  /** An empty object when the body is none. */
  readonly json: Readonly<Record<string, unknown>>;
};

export type Ask = (
  request: Pick<HttpRequest, 'method' | 'path'> & {
    readonly query?: HttpRequest['query'];
    readonly body?: object;
    /** A 429 is the answer that is looked for. */
    readonly isOnce?: true;
  },
) => Promise<Answer>;

/** The exchange as checks reach it. */
export type ProbedExchange = {
  readonly ask: Ask;
  /** The same with a key of the other kind; null when there is none. */
  readonly askWithOtherKey: Ask | null;
  readonly keyKind: 'rsa' | 'ed25519';
  readonly openStream: () => Promise<ProbedStream>;
  readonly orders: SafeOrders;
  readonly markets: ProbedMarkets;
  readonly timers: Pick<Timers, 'nowMs' | 'sleep'>;
  /** What only the operator of an exchange can bring about; null where we are not. */
  readonly world: OwnWorld | null;
};

/** Requests are this far apart: below the lowest tier's 10 writes a second. */
export const PACE_MS = 120;
const ATTEMPTS = 3;
const AFTER_TOO_MANY_MS = 1_000;

/**
 * Asks one request at a time, at a pace that the lowest tier allows. A read that got no answer, and whatever was answered
 * 429, is asked again a bounded number of times; without an answer the check ends with `NotNow`.
 */
export function pacedAsk(
  transport: HttpTransport,
  timers: Pick<Timers, 'nowMs' | 'sleep'>,
  paceMs: number,
): Ask {
  let freeAtMs: EpochMs = 0;
  const send = async (request: HttpRequest): Promise<Answer | null> => {
    const waitMs = freeAtMs - timers.nowMs();
    freeAtMs = Math.max(freeAtMs, timers.nowMs()) + paceMs;
    if (waitMs > 0) await timers.sleep(waitMs);
    const reply = await transport.request(request);
    return reply.kind === 'failed'
      ? null
      : { ...reply, text: reply.body, json: fieldsOf(reply.body) };
  };
  return async ({ method, path, query = {}, body, isOnce }) => {
    const request = { method, path, query, body: body === undefined ? null : JSON.stringify(body) };
    const attempts = method === 'GET' ? ATTEMPTS : 1;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const answer = await send(request);
      if (answer !== null && (answer.status !== 429 || isOnce === true)) return answer;
      if (answer === null && attempt >= attempts) break;
      await timers.sleep(AFTER_TOO_MANY_MS);
    }
    throw new NotNow(`no answer to ${method} ${path}`);
  };
}

/**
 * What an answer says, fit to be published: status, code and details of a refusal, such as `400 invalid_order (post only
 * cross)`; of a success nothing that names an order.
 */
export function refusalText(answer: Answer): string {
  const { status, text, json } = answer;
  if (status === 429) return '429';
  if (status < 400) {
    const counts = ['fill_count', 'remaining_count'].map((field) => {
      const count = textIn(json, field);
      return count === null ? null : `${field} ${count}`;
    });
    return [status, ...counts.filter((one) => one !== null)].join(', ');
  }
  const { code } = readExchangeError(status, text);
  const details = detailsOf(answer);
  return `${status} ${code}${details === null ? '' : ` (${details})`}`;
}

function detailsOf({ json }: Answer): string | null {
  const error = json['error'];
  const details = isFields(error) ? error['details'] : json['details'];
  return typeof details === 'string' ? details : null;
}

/** A text field of an object that may be anything. */
export function textIn(value: unknown, field: string): string | null {
  const found = isFields(value) ? value[field] : undefined;
  return typeof found === 'string' ? found : null;
}

/** A list field of an object that may be anything; empty when it is none. */
export function listIn(value: unknown, field: string): readonly unknown[] {
  const found = isFields(value) ? value[field] : undefined;
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
