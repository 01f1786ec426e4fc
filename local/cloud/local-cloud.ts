import type { Wiring } from '../../shared/contracts/environment/wiring.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { drawDelayMs } from '../../shared/simulator/faults/delay.ts';
import type { QueueFaults } from '../../shared/simulator/faults/queue-faults.ts';
import type { Rng } from '../../shared/simulator/rng.ts';
import { Alarms } from './alarms.ts';
import type { ObjectStore } from './buckets.ts';
import { CloudQueue } from './cloud-queue.ts';
import { makeDeliver } from './deliver.ts';
import { CloudBus, type Deliver } from './event-bus.ts';
import { Functions, type LambdaHandler } from './functions.ts';
import { Metrics } from './metrics.ts';
import { QueueMapping } from './queue-mapping.ts';
import type { QueueCounters } from './queue-types.ts';
import { resolveMachines } from './resolve-references.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { StateMachines } from './state-machine/state-machines.ts';
import type { GivenUp } from './stream-failure.ts';
import { StreamMapping, type StreamFaults } from './stream-mapping.ts';
import type { StreamSource } from './stream-source.ts';
import { Topics } from './topics.ts';

export type CloudFaults = { readonly rng: Rng; readonly queue: QueueFaults };

export type LocalCloudOptions = {
  readonly wiring: Wiring;
  readonly timers: Timers;
  /** Called once per function, at its first invocation. */
  readonly functions: (name: string) => LambdaHandler;
  /** The stream of a table, for each that a function follows. */
  readonly streams: (table: string) => StreamSource;
  /** What queues and streams do wrong on purpose; null for nothing. Dead-letter queues are left alone. */
  readonly faults: CloudFaults | null;
  readonly buckets: ObjectStore;
  /**
   * Told of what handlers throw, by the function's name. Where that is a bug that is to end the run, it throws; a
   * `Crash` is not told of.
   */
  readonly onError: (name: string, error: unknown) => void;
};

/**
 * The account as the wiring describes it, on one machine: queues, functions and what connects them, on the clock it is
 * given. Whatever the wiring asks for that is not served here is refused when it is made.
 */
export class LocalCloud {
  readonly wiring: Wiring;
  readonly clock: Timers;
  readonly metrics = new Metrics();
  readonly topics: Topics;
  readonly secrets: Secrets;
  readonly objects: ObjectStore;
  readonly functions: Functions;
  readonly stateMachines: StateMachines;
  readonly bus: CloudBus;
  readonly schedules: Schedules;
  readonly alarms: Alarms;
  readonly queueMappings: readonly QueueMapping[];
  readonly streamMappings: readonly StreamMapping[];
  readonly #options: LocalCloudOptions;
  readonly #queues = new Map<string, CloudQueue>();

  constructor(options: LocalCloudOptions) {
    const { wiring, timers } = options;
    this.#options = options;
    this.wiring = wiring;
    this.clock = timers;
    this.objects = options.buckets;
    this.topics = new Topics(timers, wiring.topics);
    this.secrets = new Secrets(wiring.secrets);
    this.#makeQueues();
    this.functions = this.#makeFunctions();
    this.stateMachines = new StateMachines({
      timers,
      functions: this.functions,
      metrics: this.metrics,
      machines: resolveMachines(wiring.stateMachines),
    });
    const deliver = makeDeliver({
      queues: this.#queues,
      functions: this.functions,
      stateMachines: this.stateMachines,
    });
    this.bus = this.#makeBus(deliver);
    this.schedules = new Schedules({ timers, schedules: wiring.schedules, deliver });
    this.queueMappings = wiring.queueMappings.map((mapping) => this.#queueMappingOf(mapping));
    this.streamMappings = wiring.streamMappings.map((mapping) => this.#streamMappingOf(mapping));
    this.alarms = new Alarms({
      timers,
      metrics: this.metrics,
      topics: this.topics,
      alarms: wiring.alarms,
      onBeforeLook: (endMs) => this.#measureQueues(endMs),
    });
  }

  /** Null when the wiring has no such queue. */
  queue(name: string): CloudQueue | null {
    return this.#queues.get(name) ?? null;
  }

  get queues(): readonly CloudQueue[] {
    return [...this.#queues.values()];
  }

  hasBucket(name: string): boolean {
    return this.wiring.buckets.includes(name);
  }

  queueCounters(): readonly { readonly name: string; readonly counters: QueueCounters }[] {
    return this.queues.map(({ name, counters }) => ({ name, counters }));
  }

  /** Nothing is on its way: what lies in dead-letter queues stays there and does not count. */
  get isIdle(): boolean {
    return (
      this.queues.every((queue) => queue.isIdle || this.#isDeadLetterQueue(queue.name)) &&
      this.queueMappings.every(({ isIdle }) => isIdle) &&
      this.streamMappings.every(({ isIdle }) => isIdle) &&
      this.functions.isIdle &&
      this.stateMachines.isIdle &&
      this.bus.isIdle &&
      this.schedules.isIdle
    );
  }

  /** Mappings take, schedules run and alarms look from now on. */
  start(): void {
    for (const mapping of this.queueMappings) mapping.start();
    for (const mapping of this.streamMappings) mapping.start();
    this.schedules.start();
    this.alarms.start();
  }

  /** Ends what repeats by itself, schedules and alarms, so that a virtual clock can run out; messages still flow. */
  stopRepeating(): void {
    this.schedules.stop();
    this.alarms.stop();
  }

  /** Takes nothing more, and resolves when the invocations of the mappings have ended. Messages stay where they are. */
  async close(): Promise<void> {
    this.stopRepeating();
    for (const queue of this.queues) queue.close();
    await Promise.all([...this.queueMappings, ...this.streamMappings].map((each) => each.stop()));
  }

  #isDeadLetterQueue(name: string): boolean {
    return Object.values(this.wiring.queues).some(
      ({ redrive }) => redrive?.deadLetterQueue === name,
    );
  }

  #makeQueues(): void {
    const { queues } = this.wiring;
    // Dead-letter queues first: the others point at them.
    const names = Object.keys(queues);
    const isDead = (name: string): boolean => this.#isDeadLetterQueue(name);
    for (const name of [...names.filter(isDead), ...names.filter((each) => !isDead(each))]) {
      this.#queues.set(name, this.#makeQueue(name));
    }
  }

  #makeQueue(name: string): CloudQueue {
    const { timers, faults } = this.#options;
    const wired = this.wiring.queues[name];
    invariant(wired !== undefined, `queue ${name} is wired`);
    const { redrive } = wired;
    const deadLetterQueue =
      redrive === null ? undefined : this.#queues.get(redrive.deadLetterQueue);
    invariant(
      (redrive === null) === (deadLetterQueue === undefined),
      `the dead-letter queue of ${name}, ${redrive?.deadLetterQueue}, is wired and has none itself`,
    );
    const isFaulty = faults !== null && !this.#isDeadLetterQueue(name);
    return new CloudQueue({
      timers,
      name,
      visibilityTimeoutMs: wired.visibilityTimeoutS * 1_000,
      delayMs: wired.delayS * 1_000,
      retentionMs: wired.retentionS * 1_000,
      redrive:
        redrive === null || deadLetterQueue === undefined
          ? null
          : { deadLetterQueue, maxReceives: redrive.maxReceives },
      faults: isFaulty ? { rng: faults.rng.fork(name), mix: faults.queue } : null,
    });
  }

  #makeFunctions(): Functions {
    const { timers, onError, functions: handlerOf } = this.#options;
    const functions = new Functions({ timers, metrics: this.metrics, onError });
    for (const [name, { timeoutS, memoryMb }] of Object.entries(this.wiring.functions)) {
      let handler: LambdaHandler | null = null;
      const lazy: LambdaHandler = (event, context) => {
        handler ??= handlerOf(name);
        return handler(event, context);
      };
      functions.register(name, lazy, { timeoutMs: timeoutS * 1_000, memoryMb });
    }
    return functions;
  }

  #makeBus(deliver: Deliver): CloudBus {
    const { timers } = this.#options;
    return new CloudBus({
      timers,
      buses: this.wiring.buses,
      rules: this.wiring.rules,
      deliver,
      onFailedDelivery: (rule) => {
        const dimensions = { RuleName: rule };
        this.metrics.put('AWS/Events', 'FailedInvocations', dimensions, 1, timers.nowMs());
      },
    });
  }

  #queueMappingOf(mapping: Wiring['queueMappings'][number]): QueueMapping {
    const queue = this.#queues.get(mapping.queue);
    invariant(queue !== undefined, `the mapping of ${mapping.queue} is to a queue that is wired`);
    invariant(mapping.batchingWindowS === 0, `${mapping.queue} waits for no batch: window 0`);
    this.#mustHave(mapping.function);
    return new QueueMapping({
      timers: this.#options.timers,
      queue,
      functions: this.functions,
      functionName: mapping.function,
      batchSize: mapping.batchSize,
      maxConcurrency: mapping.maxConcurrency,
      reportsItemFailures: mapping.reportsItemFailures,
    });
  }

  #streamMappingOf(mapping: Wiring['streamMappings'][number]): StreamMapping {
    const { table, failureBucket, maxRecordAgeS } = mapping;
    this.#mustHave(mapping.function);
    return new StreamMapping({
      timers: this.#options.timers,
      metrics: this.metrics,
      source: this.#options.streams(table),
      table,
      functions: this.functions,
      functionName: mapping.function,
      batchSize: mapping.batchSize,
      bisectsOnError: mapping.bisectsOnError,
      maxRetries: mapping.maxRetries,
      maxRecordAgeMs: maxRecordAgeS === null ? null : maxRecordAgeS * 1_000,
      reportsItemFailures: mapping.reportsItemFailures,
      onGivenUp: (failure) => this.#keepFailure(failureBucket, failure),
      faults: this.#streamFaults(table),
    });
  }

  #streamFaults(table: string): StreamFaults | null {
    const { faults } = this.#options;
    if (faults === null) return null;
    const rng = faults.rng.fork(`stream ${table}`);
    return {
      delayMs: () => drawDelayMs(rng, faults.queue.delay),
      losesCheckpoint: () => rng.chance(faults.queue.lostDelete),
    };
  }

  async #keepFailure(bucket: string | null, failure: GivenUp): Promise<void> {
    if (bucket === null) return;
    await this.objects.put(bucket, failure.key, {
      body: new TextEncoder().encode(JSON.stringify(failure.document)),
      contentType: 'application/json',
      storedMs: this.#options.timers.nowMs(),
    });
  }

  #mustHave(name: string): void {
    invariant(
      this.wiring.functions[name] !== undefined,
      `a mapping is to a function that is wired, not to ${name}`,
    );
  }

  /** What CloudWatch is told of queues each minute, put into the period that has just ended. */
  #measureQueues(endMs: EpochMs): void {
    for (const queue of this.queues) {
      const { visible, oldestAgeMs } = queue.attributes();
      const put = (metric: string, value: number): void =>
        this.metrics.put('AWS/SQS', metric, { QueueName: queue.name }, value, endMs - 1);
      put('ApproximateNumberOfMessagesVisible', visible);
      put('ApproximateAgeOfOldestMessage', Math.floor(oldestAgeMs / 1_000));
    }
  }
}
