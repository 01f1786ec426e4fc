import type { HttpAnswer } from '../../shared/adapters/kalshi/wire/orders.ts';
import { errorAnswer, EXCHANGE_ERRORS } from '../../shared/simulator/exchange/exchange-errors.ts';
import type { FaultTerms, InjectedFault, InjectedFaults } from './injected-faults.ts';

/** Statuses after which nobody knows whether a write was applied. */
export const SERVER_ERRORS = [408, 500, 502, 503, 504] as const;
export type ServerError = (typeof SERVER_ERRORS)[number];

/**
 * What goes wrong with a request. `applied` says whether the exchange carried it out all the same; what does not say so
 * was applied if its answer is a success, and was not if it is a refusal.
 */
export type RequestFault =
  /** 429 with the exchange's body. */
  | { readonly kind: 'too_many_requests' }
  /** With the body of a gateway (HTML, nothing) or the exchange's own. */
  | {
      readonly kind: 'server_error';
      readonly status: ServerError;
      readonly body: 'html' | 'empty' | 'json';
      readonly applied: boolean;
    }
  /** The answer never comes. */
  | { readonly kind: 'timeout'; readonly applied: boolean }
  /** The connection is reset in place of an answer. */
  | { readonly kind: 'reset'; readonly applied: boolean }
  /** The answer comes late by this. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The status of success and no body. */
  | { readonly kind: 'empty_success' }
  /** A success in which no order is named. */
  | { readonly kind: 'no_order_id' }
  /** A success that tells of another order (seen in 2026-05). */
  | { readonly kind: 'other_order' }
  /** 409: this client order id was used before. */
  | { readonly kind: 'conflict'; readonly applied: boolean }
  /** Any refusal of the exchange: of a shard, of a key without its attestation, of a code not known yet. */
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly details: string | null;
    }
  /** 503 for everything; the status of the exchange keeps its body. */
  | { readonly kind: 'maintenance' };

/** Which requests: null stands for all. The path is below `/trade-api/v2`, and `*` in it for anything. */
export type RequestScope = { readonly method: string | null; readonly path: string | null };

/** What becomes of a request. */
export type FaultedAnswer =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer; readonly delayMs: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' };

type Request = { readonly method: string; readonly path: string };
type Planned = {
  readonly injected: InjectedFault;
  readonly fault: RequestFault;
  readonly method: string | null;
  readonly pattern: RegExp | null;
};

/** The path of the stream, as a scope names it. */
export const STREAM_PATH = '/trade-api/ws/v2';
/** No order has this id. */
const OTHER_ORDER_ID = '00000000-0000-4000-8000-000000000000';

/**
 * The faults of a venue's requests, by whichever way these come: wrap what answers them in `answer`. Of several faults
 * that fit, the one that was injected first comes. Nothing here knows HTTP.
 */
export class RequestFaults {
  readonly #faults: InjectedFaults;
  #planned: readonly Planned[] = [];

  constructor(faults: InjectedFaults) {
    this.#faults = faults;
  }

  inject(fault: RequestFault, scope: RequestScope, terms: FaultTerms): InjectedFault {
    const injected = this.#faults.add(fault.kind, { ...fault, scope }, terms);
    const pattern = scope.path === null ? null : patternOf(scope.path);
    const method = scope.method?.toUpperCase() ?? null;
    this.#planned = [...this.#planned, { injected, fault, method, pattern }];
    return injected;
  }

  /** Answers a request through the faults that fit it; `carryOut` is called once or never. */
  answer(request: Request, carryOut: () => HttpAnswer): FaultedAnswer {
    if (this.#planned.length === 0) return plainly(carryOut());
    this.#planned = this.#planned.filter(({ injected }) => this.#faults.isActive(injected));
    const due = this.#planned.find(
      (planned) => fits(planned, request) && this.#faults.isDue(planned.injected),
    );
    if (due === undefined) return plainly(carryOut());
    const { outcome, isFaulted } = spoil(due.fault, request, carryOut);
    // A refusal has no order to leave out: the fault waits for a success.
    if (isFaulted) this.#faults.fire(due.injected, `${request.method} ${request.path}`);
    return outcome;
  }
}

/** `*` stands for any text. */
function patternOf(path: string): RegExp {
  const escaped = path
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`);
}

/** What opens a stream is meant by its own path only, but maintenance means it too. */
function fits({ fault, method, pattern }: Planned, request: Request): boolean {
  if (pattern === null && request.path === STREAM_PATH) return fault.kind === 'maintenance';
  return (
    (method === null || method === request.method) &&
    (pattern === null || pattern.test(request.path))
  );
}

type Spoilt = { readonly outcome: FaultedAnswer; readonly isFaulted: boolean };

function spoil(fault: RequestFault, request: Request, carryOut: () => HttpAnswer): Spoilt {
  switch (fault.kind) {
    case 'too_many_requests':
      return faulted(plainly(errorAnswer(EXCHANGE_ERRORS.tooManyRequests)));
    case 'server_error':
      if (fault.applied) carryOut();
      return faulted(plainly({ status: fault.status, body: gatewayBody(fault) }));
    case 'timeout':
    case 'reset':
      if (fault.applied) carryOut();
      return faulted({ kind: fault.kind === 'reset' ? 'reset' : 'silence' });
    case 'slow':
      return faulted({ kind: 'answer', answer: carryOut(), delayMs: fault.delayMs });
    case 'empty_success':
      return onSuccess(carryOut(), () => '');
    case 'no_order_id':
      return onSuccess(carryOut(), (body) => renamed(body, null));
    case 'other_order':
      return onSuccess(carryOut(), (body) => renamed(body, OTHER_ORDER_ID));
    case 'conflict':
      if (fault.applied) carryOut();
      return faulted(plainly(errorAnswer(EXCHANGE_ERRORS.orderAlreadyExists)));
    case 'refusal': {
      const { status, code, message, details } = fault;
      return faulted(plainly(errorAnswer({ status, code, message, details, shape: 'nested' })));
    }
    case 'maintenance':
      return faulted(plainly({ status: 503, body: maintenanceBody(request, carryOut) }));
  }
}

function plainly(answer: HttpAnswer): FaultedAnswer {
  return { kind: 'answer', answer, delayMs: 0 };
}

function faulted(outcome: FaultedAnswer): Spoilt {
  return { outcome, isFaulted: true };
}

function onSuccess(answer: HttpAnswer, change: (body: string) => string): Spoilt {
  if (answer.status < 200 || answer.status > 299 || answer.body === '')
    return { outcome: plainly(answer), isFaulted: false };
  return faulted(plainly({ status: answer.status, body: change(answer.body) }));
}

/** A body whose every `order_id` is another one, or gone. */
function renamed(body: string, orderId: string | null): string {
  return JSON.stringify(
    JSON.parse(body, (name: string, value: unknown) => {
      if (name !== 'order_id') return value;
      return orderId ?? undefined;
    }),
  );
}

function gatewayBody({ status, body }: Extract<RequestFault, { kind: 'server_error' }>): string {
  switch (body) {
    case 'empty':
      return '';
    case 'json':
      return JSON.stringify({ error: { code: 'internal_server_error', message: 'internal' } });
    case 'html': {
      const title = `${status} ${REASONS[status]}`;
      return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
    }
  }
}

const REASONS: Readonly<Record<ServerError, string>> = {
  408: 'Request Time-out',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** Kalshi: Get Exchange Status may answer 503 with the body that it has at other times. */
function maintenanceBody({ method, path }: Request, carryOut: () => HttpAnswer): string {
  if (method !== 'GET' || path !== '/exchange/status')
    return gatewayBody({ kind: 'server_error', status: 503, body: 'html', applied: false });
  return JSON.stringify(
    JSON.parse(carryOut().body, (name: string, value: unknown) =>
      name.endsWith('_active') ? false : value,
    ),
  );
}
