import { invariant } from '../../../shared/domain/money/invariant.ts';
import type { EpochMs } from '../../../shared/domain/market/market.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import { arnOf } from '../cloud-names.ts';
import type { Functions } from '../functions.ts';
import { messageIds } from '../message-ids.ts';
import type { Metrics, Series } from '../metrics.ts';
import { loadMachine } from './load-machine.ts';
import type { Machine } from './machine.ts';
import { runMachine, type RunEvent } from './run-machine.ts';
import { Cancelled, Scope } from './scope.ts';
import { MachineRefusal, StateError } from './state-error.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One execution as DescribeExecution tells it. */
export type Execution = {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startMs: EpochMs;
  readonly stopMs: EpochMs | null;
  readonly input: unknown;
  /** Null unless it succeeded. */
  readonly output: unknown;
  readonly error: string | null;
  readonly cause: string | null;
};

export type StartResult =
  | {
      readonly kind: 'started' | 'already_running';
      readonly arn: string;
      readonly startMs: EpochMs;
    }
  | {
      readonly kind: 'refused';
      readonly code: 'StateMachineDoesNotExist' | 'ExecutionAlreadyExists' | 'InvalidName';
      readonly message: string;
    };

export type StateMachinesOptions = {
  readonly timers: Timers;
  readonly functions: Functions;
  readonly metrics: Metrics;
  /** Definitions by name, with the ARNs of functions in them. */
  readonly machines: Readonly<Record<string, { readonly definition: unknown }>>;
};

type Ends = 'ExecutionsSucceeded' | 'ExecutionsFailed' | 'ExecutionsTimedOut' | 'ExecutionsAborted';
type Loaded = {
  readonly name: string;
  readonly machine: Machine;
  readonly started: Series;
  readonly ended: Readonly<Record<Ends, Series>>;
};
type Record_ = {
  -readonly [Field in keyof Execution]: Execution[Field];
} & { readonly scope: Scope; readonly events: RunEvent[] };

/** A run that is longer fails, as in Step Functions. */
const MOST_EVENTS = 25_000;
const NAME = /^[^\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** Step Functions: machines read when it is made, and their executions on the clock. */
export class StateMachines {
  readonly #options: StateMachinesOptions;
  readonly #machines = new Map<string, Loaded>();
  readonly #executions = new Map<string, Record_>();
  readonly #nextId: () => string;
  #running = 0;

  /** Throws a MachineRefusal that names machine, state and field. */
  constructor(options: StateMachinesOptions) {
    this.#options = options;
    this.#nextId = messageIds('state machines', options.timers.nowMs());
    for (const [name, { definition }] of Object.entries(options.machines)) {
      this.#machines.set(name, this.#load(name, definition));
    }
  }

  get names(): readonly string[] {
    return [...this.#machines.keys()];
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  get executions(): readonly Execution[] {
    return [...this.#executions.values()].map(tell);
  }

  /**
   * Starts an execution; its first state is entered after this call. A name is used once per machine; the same name with
   * the same input, while that execution runs, is the same start again.
   */
  startExecution(request: {
    readonly machine: string;
    readonly name?: string | null;
    readonly input?: unknown;
  }): StartResult {
    const loaded = this.#machines.get(request.machine);
    if (loaded === undefined) {
      const message = `State Machine Does Not Exist: '${arnOf('stateMachine', request.machine)}'`;
      return { kind: 'refused', code: 'StateMachineDoesNotExist', message };
    }
    const name = request.name ?? this.#nextId();
    if (!NAME.test(name)) {
      return { kind: 'refused', code: 'InvalidName', message: `Invalid Name: '${name}'` };
    }
    const input: unknown = request.input ?? {};
    const arn = executionArnOf(request.machine, name);
    const earlier = this.#executions.get(arn);
    if (earlier !== undefined) return startedAgain(earlier, input);
    const execution = this.#record(arn, request.machine, name, input);
    this.#executions.set(arn, execution);
    this.#running += 1;
    loaded.started.add(1, execution.startMs);
    this.#options.timers.after(0, `machine ${loaded.name}`, () => this.#run(loaded, execution));
    return { kind: 'started', arn, startMs: execution.startMs };
  }

  describe(arn: string): Execution | null {
    const execution = this.#executions.get(arn);
    return execution === undefined ? null : tell(execution);
  }

  /** The states of an execution in order of time; null when there is no such execution. */
  history(arn: string): readonly RunEvent[] | null {
    return this.#executions.get(arn)?.events ?? null;
  }

  /** Aborts what runs; what has ended stays as it ended. Null when there is no such execution. */
  stop(arn: string, error: string | null = null, cause: string | null = null): Execution | null {
    const execution = this.#executions.get(arn);
    if (execution === undefined) return null;
    if (execution.status === 'RUNNING') this.#end(execution, 'ABORTED', { error, cause });
    return tell(execution);
  }

  #load(name: string, definition: unknown): Loaded {
    // The wiring names the machine of an alarm by its short name, as it does for queues and functions.
    const dimensions = { StateMachineArn: name };
    const series = (metric: string): Series =>
      this.#options.metrics.series('AWS/States', metric, dimensions);
    try {
      return {
        name,
        machine: loadMachine(definition, (said) => this.#functionOf(said)),
        started: series('ExecutionsStarted'),
        ended: {
          ExecutionsSucceeded: series('ExecutionsSucceeded'),
          ExecutionsFailed: series('ExecutionsFailed'),
          ExecutionsTimedOut: series('ExecutionsTimedOut'),
          ExecutionsAborted: series('ExecutionsAborted'),
        },
      };
    } catch (error) {
      if (!(error instanceof MachineRefusal)) throw error;
      throw new MachineRefusal(`state machine ${name}: ${error.message}`, { cause: error });
    }
  }

  /** The function that an ARN or a name means, with or without a version. */
  #functionOf(said: string): string | null {
    const names = this.#options.functions.names;
    return (
      names.find((name) => {
        const arn = arnOf('function', name);
        return said === name || said === arn || said === `${arn}:$LATEST`;
      }) ?? null
    );
  }

  #record(arn: string, machine: string, name: string, input: unknown): Record_ {
    return {
      arn,
      machine,
      name,
      status: 'RUNNING',
      startMs: this.#options.timers.nowMs(),
      stopMs: null,
      input,
      output: null,
      error: null,
      cause: null,
      scope: new Scope(),
      events: [],
    };
  }

  async #run(loaded: Loaded, execution: Record_): Promise<void> {
    const { timers } = this.#options;
    const { timeoutMs } = loaded.machine;
    const timeout =
      timeoutMs === null
        ? null
        : timers.at(execution.startMs + timeoutMs, `machine ${loaded.name} times out`, () => {
            this.#end(execution, 'TIMED_OUT', { error: 'States.Timeout', cause: null });
          });
    try {
      const output = await runMachine(loaded.machine, execution.input, {
        timers,
        scope: execution.scope,
        context: contextOf(execution),
        invoke: (name, payload) => this.#options.functions.invoke(name, payload),
        onEvent: (event) => note(execution, event),
      });
      this.#end(execution, 'SUCCEEDED', { output });
    } catch (error) {
      if (error instanceof StateError) {
        this.#end(execution, 'FAILED', { error: error.error, cause: error.causeText });
      } else if (!(error instanceof Cancelled)) throw error;
    } finally {
      if (timeout !== null) timers.cancel(timeout);
    }
  }

  #end(
    execution: Record_,
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    end: Partial<Pick<Record_, 'output' | 'error' | 'cause'>>,
  ): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, end, { status, stopMs: this.#options.timers.nowMs() });
    this.#running -= 1;
    this.#machines
      .get(execution.machine)
      ?.ended[END_METRICS[status]].add(1, this.#options.timers.nowMs());
    execution.scope.cancel();
  }
}

const END_METRICS = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
} as const;

export function executionArnOf(machine: string, name: string): string {
  return `${arnOf('stateMachine', machine).replace(':stateMachine:', ':execution:')}:${name}`;
}

function startedAgain(earlier: Record_, input: unknown): StartResult {
  const isSame = JSON.stringify(earlier.input) === JSON.stringify(input);
  if (isSame && earlier.status === 'RUNNING') {
    return { kind: 'already_running', arn: earlier.arn, startMs: earlier.startMs };
  }
  const message = `Execution Already Exists: '${earlier.arn}'`;
  return { kind: 'refused', code: 'ExecutionAlreadyExists', message };
}

function contextOf(execution: Record_): Readonly<Record<string, unknown>> {
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      StartTime: new Date(execution.startMs).toISOString(),
    },
    StateMachine: { Id: arnOf('stateMachine', execution.machine), Name: execution.machine },
  };
}

function note(execution: Record_, event: RunEvent): void {
  if (execution.events.length >= MOST_EVENTS) {
    throw new StateError(
      'States.Runtime',
      `The execution reached the maximum number of history events (${MOST_EVENTS}).`,
    );
  }
  execution.events.push(event);
}

function tell(execution: Record_): Execution {
  const { scope, events, ...told } = execution;
  invariant(scope.isOver || told.status === 'RUNNING', `an execution that ended runs no more`);
  invariant(events.length <= MOST_EVENTS, 'the history of an execution is bounded');
  return told;
}
