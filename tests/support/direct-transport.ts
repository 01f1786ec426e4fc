import type {
  HttpReply,
  HttpRequest,
  HttpTransport,
} from '../../shared/adapters/kalshi/http-transport.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import { answerRest } from '../../shared/simulator/exchange/rest-router.ts';
import type { SimExchange } from '../../shared/simulator/exchange/sim-exchange.ts';

/** Carries requests straight into the simulated exchange, in no time. Remembers them; loses the replies it is told to. */
export class DirectTransport implements HttpTransport {
  readonly requests: HttpRequest[] = [];
  readonly #exchange: SimExchange;
  readonly #account: string;
  readonly #nowMs: () => EpochMs;
  readonly #replies: ((reply: HttpReply) => HttpReply)[] = [];

  constructor(exchange: SimExchange, account: string, nowMs: () => EpochMs) {
    this.#exchange = exchange;
    this.#account = account;
    this.#nowMs = nowMs;
  }

  /** What comes back of the next requests instead of the exchange's own replies; the exchange acts all the same. */
  replaceReplies(...replies: readonly ((reply: HttpReply) => HttpReply)[]): void {
    this.#replies.push(...replies);
  }

  request(request: HttpRequest): Promise<HttpReply> {
    this.requests.push(request);
    const answer = answerRest(this.#exchange, this.#account, request, this.#nowMs());
    const reply: HttpReply = { kind: 'answered', ...answer };
    const replace = this.#replies.shift();
    return Promise.resolve(replace === undefined ? reply : replace(reply));
  }
}
