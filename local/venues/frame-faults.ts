import type { Timers } from '../../shared/ports/timers.ts';
import { FaultedWire, isOfConnection, type FrameFault, type FrameSink } from './faulted-wire.ts';
import type { FrameHead } from './frame-head.ts';
import type { FaultTerms, InjectedFault, InjectedFaults } from './injected-faults.ts';

/** Which frames: null stands for all. A connection has the number in which it came, from 1. */
export type FrameScope = {
  readonly channels: readonly string[] | null;
  readonly connection: number | null;
};

type Planned = {
  readonly injected: InjectedFault;
  readonly fault: FrameFault;
  readonly scope: FrameScope;
};

const UNNUMBERED_OF_USER: ReadonlySet<string> = new Set([
  'fill',
  'user_orders',
  'market_positions',
]);

/**
 * The faults of a venue's streams: every connection sends its frames through a wire of this. Faults of frames come with
 * the next frame that fits them; faults of connections and subscriptions come at once where one is open. Of several
 * that fit a frame, the one that was injected first comes.
 */
export class FrameFaults {
  readonly #faults: InjectedFaults;
  readonly #timers: Timers;
  readonly #wires = new Set<FaultedWire>();
  #planned: readonly Planned[] = [];
  #connections = 0;

  constructor({ faults, timers }: { readonly faults: InjectedFaults; readonly timers: Timers }) {
    this.#faults = faults;
    this.#timers = timers;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#wires.size;
  }

  /** Opens the wire of a new connection. */
  wire(sink: FrameSink): FaultedWire {
    this.#connections += 1;
    const wire = new FaultedWire({
      connection: this.#connections,
      sink,
      timers: this.#timers,
      faultFor: (head, channel) => this.#plannedFor(wire, head, channel),
      onGone: () => this.#wires.delete(wire),
    });
    this.#wires.add(wire);
    return wire;
  }

  /** `each` is once, or, for a fault of connections, once for each that is open now. */
  inject(
    fault: FrameFault,
    scope: FrameScope,
    terms: Omit<FaultTerms, 'count'> & { readonly count: number | null | 'each' },
  ): InjectedFault {
    const isNow = meetsConnections(fault) && terms.probability === 1;
    const wires = [...this.#wires].filter((wire) => isOn(scope, wire));
    const each = isOfConnection(fault) ? wires.length : 1;
    const count = terms.count === 'each' ? each : terms.count;
    const injected = this.#faults.add(fault.kind, { ...fault, scope }, { ...terms, count });
    const planned: Planned = { injected, fault, scope };
    if (isNow) for (const wire of wires) this.#meet(wire, planned);
    if (this.#faults.isActive(injected)) this.#planned = [...this.#planned, planned];
    return injected;
  }

  /** A fault that does not wait for a frame meets a connection, or each subscription of it that fits. */
  #meet(wire: FaultedWire, { injected, fault, scope }: Planned): void {
    if (isOfConnection(fault)) {
      if (!this.#faults.isDue(injected)) return;
      this.#faults.fire(injected, `connection ${wire.connection}`);
      wire.suffer(fault);
      return;
    }
    if (fault.kind !== 'subscription_error') return;
    for (const { sid, channel } of wire.subscriptions())
      if (fits(scope.channels, channel) && this.#faults.isDue(injected)) {
        this.#faults.fire(injected, `connection ${wire.connection} ${channel}`);
        wire.endSubscription(sid, fault.code);
      }
  }

  /** The fault that meets a frame, if any: booked, and to be carried out. */
  #plannedFor(wire: FaultedWire, head: FrameHead, channel: string | null): FrameFault | null {
    if (this.#planned.length === 0) return null;
    this.#planned = this.#planned.filter(({ injected }) => this.#faults.isActive(injected));
    for (const { injected, fault, scope } of this.#planned) {
      if (!isOn(scope, wire) || !fits(scope.channels, channel)) continue;
      if (wire.isSuffering(fault) || !meetsFrame(fault, head, channel)) continue;
      if (!this.#faults.isDue(injected)) continue;
      this.#faults.fire(injected, `connection ${wire.connection} ${channel ?? 'reply'}`);
      return fault;
    }
    return null;
  }
}

function isOn({ connection }: FrameScope, wire: FaultedWire): boolean {
  return connection === null || connection === wire.connection;
}

function fits(channels: readonly string[] | null, channel: string | null): boolean {
  return channels === null || (channel !== null && channels.includes(channel));
}

/** Whether a fault need not wait for a frame. */
function meetsConnections(fault: FrameFault): boolean {
  return isOfConnection(fault) || fault.kind === 'subscription_error';
}

/** Replies to commands are met by faults of connections only, or a client could not tell them from a refusal. */
function meetsFrame(
  { kind }: FrameFault,
  { seq, sid }: FrameHead,
  channel: string | null,
): boolean {
  switch (kind) {
    case 'gap':
      return channel !== null && seq !== null;
    case 'missed_user_message':
      return channel !== null && UNNUMBERED_OF_USER.has(channel);
    case 'subscription_error':
      return channel !== null && sid !== null;
    case 'duplicate':
    case 'malformed':
    case 'oversized':
    case 'binary':
      return channel !== null;
    case 'silence':
    case 'lag':
    case 'drop':
    case 'close':
      return true;
  }
}
