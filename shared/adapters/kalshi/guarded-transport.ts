import type { EpochMs } from '../../domain/market/market.ts';
import type { HttpReply, HttpRequest, HttpTransport } from './http-transport.ts';
import { encodeExchangeError, readExchangeError } from './wire/exchange-error.ts';
import { routeOf } from './wire/request-route.ts';

/** What the exchange refused us with so often that nothing more is sent. */
export type CredentialsRefusal = {
  readonly status: 401 | 403;
  readonly code: string;
  /** What it means and what to do. */
  readonly advice: string;
  readonly refusals: number;
};

/** The code of what is not sent because our credentials were refused. */
export const CREDENTIALS_REFUSED = 'credentials_refused';

/** Refusals in a row after which nothing more is sent. */
const MOST_REFUSALS = 3;
/** What may find out whether credentials are taken again. A public read needs none, and so finds out nothing. */
type Probe = 'read' | 'write' | 'public';
/** While nothing is sent, one of each may pass so often: a read costs nothing but a 401. */
const PROBE_EVERY_MS: Readonly<Record<Probe, number>> = {
  read: 5_000,
  write: 30_000,
  public: 5_000,
};
const EXPIRED_TIMESTAMP = 'header_timestamp_expired';

export type GuardedOptions = {
  readonly inner: HttpTransport;
  readonly nowMs: () => EpochMs;
  /** Told of each refusal; `stops` is true for the one with which nothing more is sent. */
  readonly onRefused: (refusal: CredentialsRefusal, stops: boolean) => void;
  /** The exchange takes again what it had refused. */
  readonly onAccepted: () => void;
};

/**
 * Stops the way to the exchange when it refuses our credentials several times in a row: a revoked key in a loop of
 * retries is a storm of 401s, and each of them an order that somebody waits for. A 401 is about the signature and stops
 * everything; a 403 is about what may be done with the key and stops what adds risk, never a cancel, an exit or a read.
 * What is kept back is answered here, with a refusal that says that nothing was sent. A rare probe finds out when the
 * credentials are taken again. A read that is refused for the time of its signature is signed and sent once more; a write
 * never is.
 */
export class GuardedTransport implements HttpTransport {
  readonly #options: GuardedOptions;
  readonly #signature = new Breaker();
  readonly #permission = new Breaker();

  constructor(options: GuardedOptions) {
    this.#options = options;
  }

  /** What stops at least a part of what is asked for; null while everything passes. */
  get refusal(): CredentialsRefusal | null {
    return this.#signature.refusal ?? this.#permission.refusal;
  }

  async request(request: HttpRequest): Promise<HttpReply> {
    const breaker = this.#breakerBefore(request);
    if (breaker?.mayProbe(probeOf(request), this.#options.nowMs()) === false)
      return notSent(breaker.refusal);
    const reply = await this.#options.inner.request(request);
    if (request.method !== 'GET' || !isExpired(reply)) return this.#note(request, reply);
    return this.#note(request, await this.#options.inner.request(request));
  }

  /** The breaker that has to let a request through; null when none stands before it. */
  #breakerBefore(request: HttpRequest): Breaker | null {
    if (this.#signature.refusal !== null) return this.#signature;
    return this.#permission.refusal !== null && addsRisk(request) ? this.#permission : null;
  }

  #note(request: HttpRequest, reply: HttpReply): HttpReply {
    // What the exchange did not say, or said before it looked at the signature, proves nothing of it.
    if (reply.kind === 'failed' || reply.status === 429 || reply.status >= 500) return reply;
    if (reply.status === 401) this.#refused(this.#signature, 401, reply.body);
    else if (probeOf(request) !== 'public') this.#accepted(this.#signature);
    if (!addsRisk(request)) return reply;
    if (reply.status === 403) this.#refused(this.#permission, 403, reply.body);
    else if (reply.status !== 401) this.#accepted(this.#permission);
    return reply;
  }

  #refused(breaker: Breaker, status: 401 | 403, body: string): void {
    const error = readExchangeError(status, body);
    const advice = adviceFor({ status, ...error });
    const { refusal, stops } = breaker.refused(
      { status, code: error.code, advice },
      this.#options.nowMs(),
    );
    this.#options.onRefused(refusal, stops);
  }

  #accepted(breaker: Breaker): void {
    if (breaker.accepted()) this.#options.onAccepted();
  }
}

/** Counts refusals in a row, and is open for so many that nothing but probes may pass. */
class Breaker {
  #inARow = 0;
  #refusal: CredentialsRefusal | null = null;
  #nextProbeMs: Record<Probe, EpochMs> = { read: 0, write: 0, public: 0 };

  get refusal(): CredentialsRefusal | null {
    return this.#refusal;
  }

  /** `stops` is true for the one refusal with which it begins to stop. */
  refused(
    told: Omit<CredentialsRefusal, 'refusals'>,
    nowMs: EpochMs,
  ): { readonly refusal: CredentialsRefusal; readonly stops: boolean } {
    this.#inARow += 1;
    const refusal = { ...told, refusals: this.#inARow };
    if (this.#inARow < MOST_REFUSALS) return { refusal, stops: false };
    const stops = this.#refusal === null;
    if (stops)
      this.#nextProbeMs = {
        read: nowMs + PROBE_EVERY_MS.read,
        write: nowMs + PROBE_EVERY_MS.write,
        public: nowMs + PROBE_EVERY_MS.public,
      };
    this.#refusal = refusal;
    return { refusal, stops };
  }

  /** True when it stopped something until now. */
  accepted(): boolean {
    const stopped = this.#refusal !== null;
    this.#inARow = 0;
    this.#refusal = null;
    return stopped;
  }

  /** One of a kind now and then. A time that is further away than that was set before the clock was. */
  mayProbe(kind: Probe, nowMs: EpochMs): boolean {
    const leftMs = this.#nextProbeMs[kind] - nowMs;
    if (leftMs > 0 && leftMs <= PROBE_EVERY_MS[kind]) return false;
    this.#nextProbeMs[kind] = nowMs + PROBE_EVERY_MS[kind];
    return true;
  }
}

/** Reads that the exchange answers to anybody (docs.kalshi.com, "Quick Start: Market Data"). */
const PUBLIC_READ =
  /^\/(?:markets|series|events|exchange|historical\/(?:cutoff|markets|trades))(?:\/|$)/;

function probeOf({ method, path }: HttpRequest): Probe {
  if (method !== 'GET') return 'write';
  return PUBLIC_READ.test(path) ? 'public' : 'read';
}

function addsRisk(request: HttpRequest): boolean {
  return request.method !== 'GET' && routeOf(request).purpose === 'entry';
}

function isExpired(reply: HttpReply): boolean {
  return (
    reply.kind === 'answered' &&
    reply.status === 401 &&
    readExchangeError(401, reply.body).code === EXPIRED_TIMESTAMP
  );
}

function notSent(refusal: CredentialsRefusal | null): HttpReply {
  const status = refusal?.status ?? 401;
  const body = encodeExchangeError({
    status,
    code: CREDENTIALS_REFUSED,
    message: `not sent: refused ${refusal?.refusals ?? 0} times in a row with ${refusal?.code ?? ''}. ${refusal?.advice ?? ''}`,
    details: null,
    shape: 'nested',
  });
  return { kind: 'answered', status, body };
}

/** What a refusal of our credentials means, and what to do (Kalshi: API Keys). */
export function adviceFor(refusal: {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
}): string {
  if (refusal.status === 403)
    return 'The key may not do this: see its scopes and subaccount, whether its statement of place has run out, and whether the account is suspended.';
  if (refusal.code === EXPIRED_TIMESTAMP)
    return "The time of the signature is too far from the exchange's: set this machine's clock by NTP.";
  if (refusal.message.includes('INCORRECT_API_KEY_SIGNATURE'))
    return 'The private key does not belong to this key id: take both from the same download.';
  if (refusal.message.includes('NOT_FOUND'))
    return 'The exchange does not know this key id: it was revoked, or is one of the other environment (demo and production have keys of their own).';
  if (refusal.code === 'signature_is_missing_from_headers')
    return 'The request arrived without its signature: something between us and the exchange takes headers away.';
  return 'The exchange does not take our signature: see the key id, the private key and this machine’s clock.';
}
