import type { Context } from 'aws-lambda';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import { Crash } from '../../shared/simulator/faults/crash-plan.ts';
import { arnOf } from './cloud-names.ts';
import { messageIds } from './message-ids.ts';
import type { Metrics, Series } from './metrics.ts';

/** What Lambda gives a handler beside its event. */
export type LambdaContext = Context;

export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** How an invocation ended, with what Lambda puts in a failure's payload. */
export type InvocationResult =
  | { readonly kind: 'returned'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string };

export type FunctionSettings = { readonly timeoutMs: number; readonly memoryMb?: number };

export type FunctionsOptions = {
  readonly timers: Timers;
  readonly metrics: Metrics;
  /**
   * Told of what a handler threw, unless it was a process that died (`Crash`). Where an error is a bug that is to end
   * the run, it throws; otherwise the invocation has failed as in Lambda.
   */
  readonly onError: (name: string, error: unknown) => void;
};

export type FunctionCounters = {
  readonly invocations: number;
  /** Failures of all kinds, of which `timeouts` ran too long and `crashes` died. */
  readonly errors: number;
  readonly timeouts: number;
  readonly crashes: number;
  /** Handlers that went on after their time and came to an end, which nobody heard. */
  readonly ignored: number;
  readonly running: number;
};

type Registered = {
  readonly name: string;
  readonly handler: LambdaHandler;
  readonly settings: FunctionSettings;
  readonly nextId: () => string;
  readonly label: string;
  readonly series: Readonly<Record<'invocations' | 'errors' | 'duration', Series>>;
  readonly counters: { -readonly [Name in keyof FunctionCounters]: number };
};

/** Lambda: named handlers, each invocation with a time limit, an id and its numbers. */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #registered = new Map<string, Registered>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  get names(): readonly string[] {
    return [...this.#registered.keys()];
  }

  register(name: string, handler: LambdaHandler, settings: FunctionSettings): void {
    invariant(!this.#registered.has(name), `function ${name} is registered once`);
    const { metrics, timers } = this.#options;
    const series = (metric: string): Series =>
      metrics.series('AWS/Lambda', metric, { FunctionName: name });
    this.#registered.set(name, {
      name,
      handler,
      settings,
      nextId: messageIds(`function ${name}`, timers.nowMs()),
      label: `${name} runs out of time`,
      series: {
        invocations: series('Invocations'),
        errors: series('Errors'),
        duration: series('Duration'),
      },
      counters: { invocations: 0, errors: 0, timeouts: 0, crashes: 0, ignored: 0, running: 0 },
    });
  }

  counters(name: string): FunctionCounters {
    return { ...this.#find(name).counters };
  }

  /** Nothing runs that is still heard. */
  get isIdle(): boolean {
    return [...this.#registered.values()].every(({ counters }) => counters.running === 0);
  }

  /** Runs a handler and resolves with its end. Rejects only for an unknown name, and with what `onError` throws. */
  invoke(name: string, event: unknown): Promise<InvocationResult> {
    const registered = this.#find(name);
    const invocation = new Invocation(registered, this.#options);
    return invocation.run(event);
  }

  #find(name: string): Registered {
    const registered = this.#registered.get(name);
    invariant(
      registered !== undefined,
      () => `function ${name} is not one of ${[...this.#registered.keys()].join(', ')}`,
    );
    return registered;
  }
}

/** One run of a handler against its deadline: whichever comes first is the end. */
class Invocation {
  readonly #of: Registered;
  readonly #options: FunctionsOptions;
  readonly #id: string;
  readonly #startMs: EpochMs;
  #timeout: TimerHandle | null = null;
  #isOver = false;

  constructor(of: Registered, options: FunctionsOptions) {
    this.#of = of;
    this.#options = options;
    this.#id = of.nextId();
    this.#startMs = options.timers.nowMs();
  }

  run(event: unknown): Promise<InvocationResult> {
    const { counters, settings, label, series } = this.#of;
    counters.invocations += 1;
    counters.running += 1;
    series.invocations.add(1, this.#startMs);
    return new Promise((resolve, reject) => {
      this.#timeout = this.#options.timers.after(settings.timeoutMs, label, () => {
        this.#timeOut(resolve);
        return FOLLOWED;
      });
      this.#call(event).then(
        (returned) => this.#finish(resolve, () => this.#returned(returned)),
        (error: unknown) => {
          try {
            this.#finish(resolve, () => this.#threw(error));
          } catch (fatal) {
            reject(fatal);
          }
        },
      );
    });
  }

  /** A handler that throws before its first await is one that rejects. */
  async #call(event: unknown): Promise<unknown> {
    return this.#of.handler(event, this.#context());
  }

  #finish(resolve: (result: InvocationResult) => void, end: () => InvocationResult): void {
    const { counters, series } = this.#of;
    if (this.#isOver) {
      counters.ignored += 1;
      return;
    }
    this.#isOver = true;
    counters.running -= 1;
    if (this.#timeout !== null) this.#options.timers.cancel(this.#timeout);
    const result = end();
    const nowMs = this.#options.timers.nowMs();
    series.duration.add(nowMs - this.#startMs, nowMs);
    if (result.kind === 'failed') {
      counters.errors += 1;
      series.errors.add(1, nowMs);
    }
    resolve(result);
  }

  #returned(value: unknown): InvocationResult {
    try {
      // A payload is JSON text on its way: undefined arrives as null, and what has no JSON fails the invocation.
      const payload: unknown = JSON.parse(JSON.stringify(value ?? null));
      return { kind: 'returned', payload };
    } catch (error) {
      return failed('Runtime.MarshalError', `the result has no JSON: ${messageOf(error)}`);
    }
  }

  #threw(error: unknown): InvocationResult {
    if (error instanceof Crash) this.#of.counters.crashes += 1;
    else this.#options.onError(this.#of.name, error);
    return failed(error instanceof Error ? error.name : 'Error', messageOf(error));
  }

  #timeOut(resolve: (result: InvocationResult) => void): void {
    const seconds = (this.#of.settings.timeoutMs / 1_000).toFixed(2);
    this.#of.counters.timeouts += 1;
    this.#finish(resolve, () =>
      failed(
        'Sandbox.Timedout',
        `RequestId: ${this.#id} Error: Task timed out after ${seconds} seconds`,
      ),
    );
  }

  #context(): LambdaContext {
    const { name, settings } = this.#of;
    const deadlineMs = this.#startMs + settings.timeoutMs;
    return {
      awsRequestId: this.#id,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arnOf('function', name),
      memoryLimitInMB: String(settings.memoryMb ?? DEFAULT_MEMORY_MB),
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - this.#options.timers.nowMs()),
      done: noCallbacks,
      fail: noCallbacks,
      succeed: noCallbacks,
    };
  }
}

/** Lambda's own default. */
const DEFAULT_MEMORY_MB = 128;

/** What a task returns after it answered somebody: the virtual clock then lets the answer be read before it goes on. */
const FOLLOWED = Promise.resolve();

function failed(errorType: string, errorMessage: string): InvocationResult {
  return { kind: 'failed', errorType, errorMessage };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function noCallbacks(): never {
  throw new Error('a handler answers with its promise; context callbacks are not served');
}
