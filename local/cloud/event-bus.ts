import type { Wiring, WiringTarget } from '../../shared/contracts/environment/wiring.ts';
import { invariant } from '../../shared/domain/money/invariant.ts';
import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './cloud-names.ts';
import { compilePattern, type EventMatcher } from './event-pattern.ts';
import { compileInputPath } from './input-path.ts';
import { messageIds } from './message-ids.ts';

export type BusEntry = {
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** JSON text of an object. */
  readonly detail: string;
  /** When it happened; now when it is left out. */
  readonly atMs?: EpochMs;
  readonly resources?: readonly string[];
};

/** What became of one entry: its id, or the error that PutEvents gives for it. */
export type PutResult =
  | { readonly kind: 'taken'; readonly eventId: string }
  | { readonly kind: 'refused'; readonly errorCode: string; readonly errorMessage: string };

/** The event as targets get it. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
};

/** Whether a target took a payload. */
export type Delivery =
  { readonly kind: 'delivered' } | { readonly kind: 'failed'; readonly why: string };

/** Hands a payload to a target. It rejects only for a bug, which is not caught here. */
export type Deliver = (target: WiringTarget, payload: unknown) => Promise<Delivery>;

export type CloudBusOptions = {
  readonly timers: Timers;
  readonly buses: readonly string[];
  readonly rules: Wiring['rules'];
  readonly deliver: Deliver;
  /** Told of each delivery that failed, which is also counted. */
  readonly onFailedDelivery?: (rule: string, target: WiringTarget, why: string) => void;
};

export type BusCounters = {
  readonly taken: number;
  readonly refused: number;
  readonly matched: number;
  readonly delivered: number;
  readonly failed: number;
};

type CompiledRule = {
  readonly name: string;
  readonly label: string;
  readonly matches: EventMatcher;
  readonly targets: readonly {
    readonly target: WiringTarget;
    readonly partOf: (event: unknown) => unknown;
  }[];
};

/** EventBridge: events in, and each rule's part of those that match it out. Rules are read, or refused, when it is made. */
export class CloudBus {
  readonly #options: CloudBusOptions;
  readonly #rules: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly #nextId: () => string;
  #counters = { taken: 0, refused: 0, matched: 0, delivered: 0, failed: 0 };
  #delivering = 0;

  constructor(options: CloudBusOptions) {
    this.#options = options;
    this.#nextId = messageIds('bus', options.timers.nowMs());
    const rules = new Map<string, CompiledRule[]>(options.buses.map((bus) => [bus, []]));
    for (const rule of options.rules) {
      const ofBus = rules.get(rule.bus);
      invariant(ofBus !== undefined, `rule ${rule.name} is on a bus that is there, ${rule.bus}`);
      ofBus.push(compileRule(rule));
    }
    this.#rules = rules;
  }

  get counters(): BusCounters {
    return { ...this.#counters };
  }

  get isIdle(): boolean {
    return this.#delivering === 0;
  }

  /** Takes events and delivers them after this call; the results are in the order of the entries. */
  putEvents(entries: readonly BusEntry[]): readonly PutResult[] {
    return entries.map((entry) => {
      const result = this.#put(entry);
      this.#counters[result.kind] += 1;
      return result;
    });
  }

  #put(entry: BusEntry): PutResult {
    const rules = this.#rules.get(entry.bus);
    if (rules === undefined) {
      return refused('ResourceNotFoundException', `Event bus ${entry.bus} does not exist.`);
    }
    const detail = parseObject(entry.detail);
    if (detail === null) return refused('MalformedDetail', 'Detail is malformed.');
    const event: BusEvent = {
      version: '0',
      id: this.#nextId(),
      'detail-type': entry.detailType,
      source: entry.source,
      account: LOCAL_ACCOUNT,
      time: isoSeconds(entry.atMs ?? this.#options.timers.nowMs()),
      region: LOCAL_REGION,
      resources: entry.resources ?? [],
      detail,
    };
    for (const rule of rules) if (rule.matches(event)) this.#plan(rule, event);
    return { kind: 'taken', eventId: event.id };
  }

  #plan(rule: CompiledRule, event: BusEvent): void {
    this.#counters.matched += 1;
    for (const { target, partOf } of rule.targets) {
      this.#delivering += 1;
      this.#options.timers.after(0, rule.label, () =>
        this.#deliver(rule.name, target, partOf(event)),
      );
    }
  }

  async #deliver(rule: string, target: WiringTarget, payload: unknown): Promise<void> {
    try {
      const delivery = await this.#options.deliver(target, payload);
      this.#counters[delivery.kind] += 1;
      if (delivery.kind === 'failed') {
        this.#options.onFailedDelivery?.(rule, target, delivery.why);
      }
    } finally {
      this.#delivering -= 1;
    }
  }
}

function compileRule(rule: Wiring['rules'][number]): CompiledRule {
  try {
    return {
      name: rule.name,
      label: `rule ${rule.name}`,
      matches: compilePattern(rule.pattern),
      targets: rule.targets.map(({ target, inputPath }) => ({
        target,
        partOf: compileInputPath(inputPath ?? '$'),
      })),
    };
  } catch (error) {
    throw new Error(`rule ${rule.name}: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

function refused(errorCode: string, errorMessage: string): PutResult {
  return { kind: 'refused', errorCode, errorMessage };
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Times of events have no fraction of a second: 2026-11-21T07:00:00Z. */
function isoSeconds(timeMs: EpochMs): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
