import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';
import { drawDelayMs, type Delay } from '../../shared/simulator/faults/delay.ts';
import {
  drawSubmitFault,
  hasEffect,
  type SubmitFault,
  type SubmitFaultMix,
} from '../../shared/simulator/faults/submit-faults.ts';
import { answerRest } from '../../shared/simulator/exchange/rest-router.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import type { Scheduler } from '../../shared/simulator/scheduler.ts';

/** One way to the exchange or back, in the exchange's own region. */
const ONE_WAY: Delay = { medianMs: 6, p99Ms: 40 };

export type VirtualTransportOptions = {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly exchange: SimExchange;
  readonly account: string;
  readonly faults: SubmitFaultMix;
  readonly timeoutMs: number;
  /** Told of each write in the moment it reaches the exchange: the invariants are checked there. */
  readonly onWrite: (request: HttpRequest) => void;
};

/**
 * The way to the simulated exchange on the virtual clock: latency both ways, and the faults of a submit. With a fault
 * "with effect" the exchange acts and its answer is lost.
 */
export class VirtualTransport implements HttpTransport {
  readonly #options: VirtualTransportOptions;
  readonly #injected = new Map<SubmitFault, number>();

  constructor(options: VirtualTransportOptions) {
    this.#options = options;
  }

  /** How often each fault was put in. */
  get injected(): ReadonlyMap<SubmitFault, number> {
    return this.#injected;
  }

  async request(request: HttpRequest): Promise<HttpReply> {
    const { scheduler, rng, exchange, account } = this.#options;
    const thereMs = drawDelayMs(rng, ONE_WAY);
    const backMs = drawDelayMs(rng, ONE_WAY);
    const fault = isSubmit(request) ? drawSubmitFault(rng, this.#options.faults) : null;
    if (fault !== null) this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1);
    await scheduler.sleep(thereMs);
    if (fault === null || hasEffect(fault)) {
      if (request.method !== 'GET') this.#options.onWrite(request);
      const answer = answerRest(exchange, account, request, scheduler.nowMs());
      if (fault === null) {
        await scheduler.sleep(backMs);
        return { kind: 'answered', ...answer };
      }
    }
    return this.#lost(fault, backMs);
  }

  async #lost(fault: SubmitFault, backMs: number): Promise<HttpReply> {
    const { scheduler, timeoutMs } = this.#options;
    switch (fault) {
      case 'timeout_without_effect':
      case 'timeout_with_effect':
        await scheduler.sleep(timeoutMs);
        return { kind: 'failed', cause: 'timeout' };
      case 'server_error_without_effect':
      case 'server_error_with_effect':
        await scheduler.sleep(backMs);
        return { kind: 'answered', status: 503, body: '<html>Service Unavailable</html>' };
      case 'empty_success':
        await scheduler.sleep(backMs);
        return { kind: 'answered', status: 201, body: '' };
    }
  }
}

function isSubmit({ method, path }: HttpRequest): boolean {
  return method === 'POST' && path === '/portfolio/events/orders';
}
