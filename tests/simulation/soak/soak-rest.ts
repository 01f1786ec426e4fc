import { authenticate, type VenueAccounts } from '../../../local/venues/authenticate.ts';
import type { RequestFaults } from '../../../local/venues/request-faults.ts';
import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../../shared/adapters/kalshi/http-transport.ts';
import type { RequestSigner } from '../../../shared/adapters/kalshi/request-signer.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import { answerRest } from '../../../shared/simulator/exchange/rest-router.ts';
import type { SimExchange } from '../../../shared/simulator/exchange/sim-exchange.ts';
import { REST_TIMEOUT_MS } from './soak-limits.ts';

const ROOT = '/trade-api/v2';
/** A signed request to the exchange takes 5 to 8 ms from its own region. */
const WAY_MS = 3;

export type SoakRestParts = {
  readonly exchange: SimExchange;
  readonly accounts: VenueAccounts;
  readonly timers: Timers;
  /** What the times of signatures are compared with. */
  readonly signatureClock: Clock;
  readonly signer: RequestSigner;
  readonly faults: RequestFaults;
};

/** The exchange's REST side on the virtual clock: each request is signed and checked, takes its time, and may go wrong. */
export class SoakRest implements HttpTransport {
  readonly #parts: SoakRestParts;
  /** Requests so far, and those that were not answered with a success. */
  readonly counts = { requests: 0, failed: 0 };

  constructor(parts: SoakRestParts) {
    this.#parts = parts;
  }

  async request(request: HttpRequest): Promise<HttpReply> {
    const { timers, signer } = this.#parts;
    const { method } = request;
    const headers = signer({ method, path: ROOT + request.path, nowMs: timers.nowMs() });
    this.counts.requests += 1;
    await timers.sleep(WAY_MS);
    const reply = await this.#reply(request, headers);
    if (reply.kind === 'failed' || reply.status > 299) this.counts.failed += 1;
    return reply;
  }

  async #reply(
    request: HttpRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpReply> {
    const { timers, signatureClock, exchange, accounts, faults } = this.#parts;
    const { method, path, body } = request;
    const authentication = authenticate(accounts, {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      method,
      path: ROOT + path,
      nowMs: signatureClock.nowMs(),
    });
    if (authentication.kind === 'refused')
      return { kind: 'answered', status: 401, body: authentication.body };
    const faulted = faults.answer({ method, path }, () =>
      answerRest(
        exchange,
        authentication.account,
        { method, path, query: request.query, body },
        timers.nowMs(),
      ),
    );
    switch (faulted.kind) {
      case 'silence':
        await timers.sleep(REST_TIMEOUT_MS);
        return { kind: 'failed', cause: 'timeout' };
      case 'reset':
        await timers.sleep(WAY_MS);
        return { kind: 'failed', cause: 'connection_reset' };
      case 'answer':
        await timers.sleep(WAY_MS + faulted.delayMs);
        return { kind: 'answered', ...faulted.answer };
    }
  }
}
