import type { EpochMs } from '../../shared/domain/market/market.ts';
import type { TimerHandle, Timers } from '../../shared/ports/timers.ts';
import { channelOf, readFrameHead, type FrameHead } from './frame-head.ts';

/** What goes wrong with the frames of a stream. */
export type FrameFault =
  /** A frame comes twice. */
  | { readonly kind: 'duplicate' }
  /** A numbered frame is lost: the next one shows a gap. */
  | { readonly kind: 'gap' }
  /** A frame of an unnumbered channel of the user is lost, which nothing shows. */
  | { readonly kind: 'missed_user_message' }
  /** A subscription ends with an error: 10 of the channel, 25 of a reader that is too slow. */
  | { readonly kind: 'subscription_error'; readonly code: 10 | 25 }
  /** A frame is cut in half, or one that is no JSON comes before it. */
  | { readonly kind: 'malformed'; readonly as: 'cut' | 'extra' }
  /** A frame of so many bytes comes before another. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** A frame comes as binary. */
  | { readonly kind: 'binary' }
  /** The socket stays up and says nothing; frames of that time are lost. Pings may go on. */
  | { readonly kind: 'silence'; readonly forMs: number; readonly pings: boolean }
  /** Frames come later and later: the lag grows by this a second, up to a most. None is lost. */
  | {
      readonly kind: 'lag';
      readonly growthMsPerS: number;
      readonly mostMs: number;
      readonly forMs: number;
    }
  /** The connection breaks without a word. */
  | { readonly kind: 'drop' }
  /** The connection is closed with a code. */
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

/** Those that meet a whole connection. */
export type ConnectionFault = Extract<FrameFault, { kind: 'silence' | 'lag' | 'drop' | 'close' }>;

export function isOfConnection(fault: FrameFault): fault is ConnectionFault {
  return ['silence', 'lag', 'drop', 'close'].includes(fault.kind);
}

/** One end of a stream: what a frame is given to once the faults have had it. */
export type FrameSink = {
  readonly send: (frame: string) => void;
  readonly sendBinary: (bytes: Uint8Array) => void;
  /** Ends the connection without a word. */
  readonly drop: () => void;
  readonly close: (code: number, reason: string) => void;
  /** Has the exchange itself end a subscription, which it then no longer knows; without it only its frames end. */
  readonly endSubscription?: (sid: number, code: 10 | 25) => void;
};

/** A queue of late frames longer than this breaks the connection. */
const MOST_LATE_FRAMES = 200_000;

type Lag = Extract<FrameFault, { kind: 'lag' }> & { readonly fromMs: EpochMs };
type Subscription = { readonly sid: number; readonly channel: string; seq: number };

/** One connection of a stream, with what its faults remember. What sends frames gives them to `send`. */
export class FaultedWire {
  /** In the order in which connections came, from 1. */
  readonly connection: number;
  readonly #sink: FrameSink;
  readonly #timers: Timers;
  readonly #faultFor: (head: FrameHead, channel: string | null) => FrameFault | null;
  readonly #subscriptions = new Map<number, Subscription>();
  /** Subscriptions that ended with an error: the exchange says no more on them. */
  readonly #ended = new Set<number>();
  #late: { readonly frame: string; readonly dueMs: EpochMs }[] = [];
  #lag: Lag | null = null;
  #silentUntilMs: EpochMs = Number.NEGATIVE_INFINITY;
  #pingsFromMs: EpochMs = Number.NEGATIVE_INFINITY;
  #releasing: TimerHandle | null = null;
  #isGone = false;

  readonly #onGone: () => void;

  constructor(parts: {
    readonly connection: number;
    readonly sink: FrameSink;
    readonly timers: Timers;
    /** The fault that a frame meets, already booked. */
    readonly faultFor: (head: FrameHead, channel: string | null) => FrameFault | null;
    readonly onGone: () => void;
  }) {
    this.connection = parts.connection;
    this.#sink = parts.sink;
    this.#timers = parts.timers;
    this.#faultFor = parts.faultFor;
    this.#onGone = parts.onGone;
  }

  subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()].toSorted((one, other) => one.sid - other.sid);
  }

  /** Whether such a fault goes on already. */
  isSuffering({ kind }: FrameFault): boolean {
    if (kind === 'silence') return this.#isSilent();
    this.#lagMs(this.#timers.nowMs());
    return kind === 'lag' && this.#lag !== null;
  }

  /** False while even pings are held back. */
  isPinging(): boolean {
    return this.#timers.nowMs() >= this.#pingsFromMs;
  }

  /** The connection has gone: nothing of it is planned any more. */
  gone(): void {
    this.#isGone = true;
    this.#onGone();
    this.#late = [];
    if (this.#releasing !== null) this.#timers.cancel(this.#releasing);
    this.#releasing = null;
  }

  send(frame: string): void {
    if (this.#isGone) return;
    const head = readFrameHead(frame);
    if (head.sid !== null && this.#ended.has(head.sid)) return;
    this.#remember(head);
    const channel = channelOf(head.type);
    const fault = this.#faultFor(head, channel);
    if (fault === null) this.#pass(frame);
    else this.#spoil(fault, frame, head);
  }

  /** What happens to the whole connection. */
  suffer(fault: ConnectionFault): void {
    const nowMs = this.#timers.nowMs();
    switch (fault.kind) {
      case 'drop':
        return this.#sink.drop();
      case 'close':
        return this.#sink.close(fault.code, fault.reason);
      case 'silence':
        this.#silentUntilMs = nowMs + fault.forMs;
        if (!fault.pings) this.#pingsFromMs = this.#silentUntilMs;
        return;
      case 'lag':
        this.#lag = { ...fault, fromMs: nowMs };
    }
  }

  /** The error takes the next number of its subscription, and nothing comes after it. */
  endSubscription(sid: number, code: 10 | 25): void {
    const subscription = this.#subscriptions.get(sid);
    this.#subscriptions.delete(sid);
    if (this.#sink.endSubscription !== undefined) {
      this.#sink.endSubscription(sid, code);
      this.#ended.add(sid);
      return;
    }
    this.#ended.add(sid);
    const seq = subscription === undefined ? 0 : subscription.seq + 1;
    this.#pass(errorFrame({ sid, seq: seq === 0 ? null : seq, code }));
  }

  #remember({ type, sid, seq, channel }: FrameHead): void {
    if (sid === null) return;
    if (type === 'subscribed' && channel !== null)
      this.#subscriptions.set(sid, { sid, channel, seq: 0 });
    else if (type === 'unsubscribed') this.#subscriptions.delete(sid);
    const known = this.#subscriptions.get(sid);
    if (known !== undefined && seq !== null) known.seq = seq;
  }

  #spoil(fault: FrameFault, frame: string, { sid, seq }: FrameHead): void {
    switch (fault.kind) {
      case 'duplicate':
        this.#pass(frame);
        return this.#pass(frame);
      case 'gap':
      case 'missed_user_message':
        return;
      case 'malformed':
        if (fault.as === 'cut') return this.#pass(frame.slice(0, frame.length / 2));
        this.#pass('{"type":');
        return this.#pass(frame);
      case 'oversized':
        this.#pass(oversized(fault.bytes));
        return this.#pass(frame);
      case 'binary':
        if (!this.#isSilent()) this.#sink.sendBinary(new TextEncoder().encode(frame));
        return;
      case 'subscription_error': {
        if (sid === null) return this.#pass(frame);
        this.#subscriptions.delete(sid);
        this.#ended.add(sid);
        return this.#pass(errorFrame({ sid, seq, code: fault.code }));
      }
      case 'drop':
      case 'close':
        return this.suffer(fault);
      case 'silence':
      case 'lag':
        this.suffer(fault);
        return this.#pass(frame);
    }
  }

  #isSilent(): boolean {
    return this.#timers.nowMs() < this.#silentUntilMs;
  }

  /** Sends a frame now, late, or never. Late frames keep their order, also after the lag is over. */
  #pass(frame: string): void {
    if (this.#isSilent()) return;
    const nowMs = this.#timers.nowMs();
    const lagMs = this.#lagMs(nowMs);
    const newest = this.#late.at(-1);
    if (lagMs <= 0 && newest === undefined) {
      this.#sink.send(frame);
      return;
    }
    if (this.#late.length >= MOST_LATE_FRAMES) {
      this.#late = [];
      this.#sink.drop();
      return;
    }
    this.#late.push({ frame, dueMs: Math.max(nowMs + Math.ceil(lagMs), newest?.dueMs ?? nowMs) });
    this.#planRelease();
  }

  #lagMs(nowMs: EpochMs): number {
    if (this.#lag === null) return 0;
    const { fromMs, forMs, growthMsPerS, mostMs } = this.#lag;
    if (nowMs >= fromMs + forMs) this.#lag = null;
    return this.#lag === null ? 0 : Math.min(mostMs, ((nowMs - fromMs) / 1_000) * growthMsPerS);
  }

  #planRelease(): void {
    const first = this.#late[0];
    if (this.#releasing !== null || first === undefined) return;
    this.#releasing = this.#timers.at(first.dueMs, 'late frames', () => {
      this.#releasing = null;
      const nowMs = this.#timers.nowMs();
      const waiting = this.#late.findIndex(({ dueMs }) => dueMs > nowMs);
      const due = this.#late.splice(0, waiting === -1 ? this.#late.length : waiting);
      for (const { frame } of due) this.#sink.send(frame);
      this.#planRelease();
    });
  }
}

/** Kalshi: WebSocket error codes; the texts are not recorded. */
function errorFrame(error: {
  readonly sid: number;
  readonly seq: number | null;
  readonly code: 10 | 25;
}): string {
  const { sid, seq, code } = error;
  const msg = code === 10 ? 'Channel error' : 'Subscription buffer overflow';
  return JSON.stringify({ type: 'error', sid, ...(seq !== null && { seq }), msg: { code, msg } });
}

function oversized(bytes: number): string {
  const [before, after] = ['{"type":"padding","msg":{"text":"', '"}}'];
  return `${before}${'x'.repeat(Math.max(0, bytes - before.length - after.length))}${after}`;
}
