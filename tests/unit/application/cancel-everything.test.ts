import { describe, expect, it } from 'vitest';
import type { HttpReply } from '../../../shared/adapters/kalshi/http-transport.ts';
import { KalshiExchange } from '../../../shared/adapters/kalshi/kalshi-exchange.ts';
import { KalshiQuoting } from '../../../shared/adapters/kalshi/kalshi-quoting.ts';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import {
  cancelEverything,
  liftAftershock,
  type CancelEverythingDeps,
} from '../../../shared/application/cancel-everything.ts';
import { resumeTrading } from '../../../shared/application/resume-trading.ts';
import { placeEntry } from '../../../shared/application/place-entry.ts';
import { clearCause, raiseCause } from '../../../shared/application/trading-causes.ts';
import { seededRng } from '../../../shared/simulator/rng.ts';
import { DirectTransport } from '../../support/direct-transport.ts';
import { openDesk as openVenue } from '../../support/exchange-desk.ts';
import { aSignal, openDesk } from '../../support/trading-desk.ts';

/** Our resting orders at an exchange whose reads are behind by up to half a second; sleeping moves its time. */
function world() {
  const venue = openVenue({
    options: { rng: seededRng(3), readLag: { minMs: 200, maxMs: 500 } },
  });
  const transport = new DirectTransport(venue.exchange, 'us', venue.nowMs);
  const store = new MemoryHotStore();
  const telemetry = new MemoryTelemetry();
  const deps: CancelEverythingDeps = {
    clock: {
      nowMs: venue.nowMs,
      sleep: (ms) => {
        venue.wait(ms);
        return Promise.resolve();
      },
    },
    store,
    exchange: new KalshiExchange(transport),
    quoting: new KalshiQuoting({ transport, nowMs: venue.nowMs }),
    telemetry,
  };
  const rest = (): void => void venue.accept('us', { price: '0.4000' });
  const sweeps = () =>
    transport.requests.filter(
      ({ method, path }) => method === 'DELETE' && path === '/portfolio/events/orders',
    ).length;
  return { venue, transport, store, telemetry, deps, rest, sweeps };
}

const failed = (): HttpReply => ({ kind: 'failed', cause: 'timeout' });
const stopped = ({ store }: Pick<ReturnType<typeof world>, 'store'>) =>
  store.peekAll('causes').map(({ code, state }) => [code, state]);

describe('the kill switch', () => {
  it('stops new risk first, cancels, and proves by the list of a later time that nothing rests', async () => {
    const at = world();
    at.rest();
    at.rest();
    at.venue.wait(1_000);
    const startMs = at.venue.nowMs();
    const report = await cancelEverything(at.deps, 'an operator');
    expect(report).toMatchObject({ kind: 'clean', resting: [], sent: 1, lastOutcome: 'done' });
    expect(report.aftershockUntilMs).toBe(startMs + 60_000);
    expect(at.venue.nowMs()).toBeGreaterThan(startMs);
    expect(stopped(at)).toEqual([
      ['operator', 'reduce'],
      ['cancel_all_aftershock', 'refuse'],
    ]);
  });

  it('has stopped new risk before the first byte leaves', async () => {
    const at = world();
    const before: unknown[] = [];
    at.transport.replaceReplies((reply) => {
      before.push(...stopped(at));
      return reply;
    });
    await cancelEverything(at.deps, 'an operator');
    expect(before).toEqual([
      ['operator', 'reduce'],
      ['cancel_all_aftershock', 'refuse'],
    ]);
  });

  it('sends again what was not confirmed, a bounded number of times', async () => {
    const at = world();
    at.rest();
    at.venue.wait(1_000);
    at.transport.replaceReplies(failed);
    expect(await cancelEverything(at.deps, 'x')).toMatchObject({ kind: 'clean', sent: 2 });
    const lost = world();
    lost.transport.replaceReplies(...Array.from({ length: 500 }, () => failed));
    const report = await cancelEverything(lost.deps, 'x');
    expect(report).toMatchObject({ kind: 'unproved', sent: 5, lastOutcome: 'unknown: timeout' });
    expect(lost.sweeps()).toBe(5);
    expect(lost.telemetry.lines().at(-1)).toMatchObject({ level: 'critical' });
  });

  it('believes no list of a time before the cancel', async () => {
    const at = world();
    const asOfMs = at.venue.nowMs() - 1;
    const behind = { ...at.deps, exchange: { asOfMs: async () => read(asOfMs) } };
    expect(await cancelEverything(behind, 'x')).toMatchObject({ kind: 'unproved', sent: 1 });
  });

  it('believes no list that only our clock, which is behind, makes later than the cancel', async () => {
    const at = world();
    at.rest();
    at.venue.wait(1_000);
    const listed = await at.deps.quoting.resting();
    // The exchange is four seconds ahead of us, its reads are three behind it, and an order of just now stays.
    const placedMs = at.venue.nowMs() - 1_000;
    const asOfMs = (): number => at.venue.nowMs() - 3_000;
    const none = { kind: 'read', value: [] } as const;
    const report = await cancelEverything(
      {
        ...at.deps,
        clock: { ...at.deps.clock, nowMs: () => at.venue.nowMs() - 4_000 },
        exchange: { asOfMs: async () => read(asOfMs()) },
        quoting: {
          cancelAll: async () => ({ kind: 'done', aftershockUntilMs: at.venue.nowMs() + 56_000 }),
          resting: async () => (asOfMs() < placedMs ? none : listed),
        },
      },
      'x',
    );
    expect(report).toMatchObject({ kind: 'resting', sent: 5 });
  });

  it('sweeps again what still rests, and reports it when it does not go', async () => {
    const at = world();
    at.rest();
    at.venue.wait(1_000);
    const resting = await at.deps.quoting.resting();
    const stubborn = {
      ...at.deps,
      quoting: { cancelAll: () => at.deps.quoting.cancelAll(), resting: async () => resting },
    };
    const report = await cancelEverything(stubborn, 'x');
    expect(report).toMatchObject({ kind: 'resting', sent: 5, resting: [{ status: 'resting' }] });
  });

  it('may be thrown twice: the cause that stands is kept, a weaker one is not', async () => {
    const at = world();
    const weaker = { code: 'operator', scope: { kind: 'account' } } as const;
    await raiseCause(at.store, { ...weaker, state: 'refuse', sinceMs: 1, detail: 'weaker' });
    await cancelEverything(at.deps, 'first');
    await cancelEverything(at.deps, 'second');
    expect(at.store.peekAll('causes')).toMatchObject([
      { code: 'operator', state: 'reduce', detail: 'first' },
      { code: 'cancel_all_aftershock' },
    ]);
  });
});

describe('the minute after a cancel-all', () => {
  it('takes no entry, in any process, although a person has lifted the stop already', async () => {
    const at = world();
    const desk = await openDesk();
    await cancelEverything({ ...at.deps, store: desk.store }, 'x');
    await clearCause(desk.store, { code: 'operator', scope: { kind: 'account' } });
    expect(await placeEntry(desk.deps, aSignal(desk))).toEqual({
      kind: 'refused',
      code: 'trading_refused',
    });
  });

  it('is over after a minute from the last answer, and not before', async () => {
    const at = world();
    const { aftershockUntilMs } = await cancelEverything(at.deps, 'x');
    at.venue.wait(aftershockUntilMs - at.venue.nowMs() - 1);
    expect(await liftAftershock(at.deps)).toBe(false);
    at.venue.wait(1);
    expect(await liftAftershock(at.deps)).toBe(true);
    expect(await liftAftershock(at.deps)).toBe(false);
    expect(stopped(at)).toEqual([['operator', 'reduce']]);
  });
});

function read<T>(value: T) {
  return { kind: 'read', value } as const;
}

describe('going on after the kill switch', () => {
  const ASKED_MS = 1_000_000;

  it('lifts what was stopped before it was asked for, and not the aftershock', async () => {
    const at = world();
    expect(await resumeTrading(at.deps, ASKED_MS)).toEqual({ kind: 'not_stopped' });
    await cancelEverything(at.deps, 'x', ASKED_MS);
    expect(await resumeTrading(at.deps, ASKED_MS + 1)).toMatchObject({ kind: 'resumed' });
    expect(stopped(at)).toEqual([['cancel_all_aftershock', 'refuse']]);
    expect(await resumeTrading(at.deps, ASKED_MS + 1)).toEqual({ kind: 'not_stopped' });
  });

  it('lifts nothing that was stopped later, also when the first stop stands still', async () => {
    const at = world();
    await cancelEverything(at.deps, 'first', ASKED_MS);
    await cancelEverything(at.deps, 'second', ASKED_MS + 2);
    // An older one that comes late does not make the stop older.
    await cancelEverything(at.deps, 'first', ASKED_MS);
    for (const askedMs of [ASKED_MS + 1, ASKED_MS + 2])
      expect(await resumeTrading(at.deps, askedMs)).toEqual({ kind: 'stopped_since' });
    expect(at.store.peekAll('causes')[0]).toMatchObject({
      code: 'operator',
      detail: 'first',
      sinceMs: ASKED_MS + 2,
    });
    expect(await resumeTrading(at.deps, ASKED_MS + 3)).toMatchObject({ kind: 'resumed' });
  });

  it('lifts what was raised for a person, and neither what heals by itself nor a blown fuse', async () => {
    const at = world();
    const raise = (
      code: 'mismatch' | 'api_error_rate' | 'credentials_refused' | 'fuse_blown' | 'stale_book',
      sinceMs: number,
    ) =>
      raiseCause(at.store, {
        code,
        scope: { kind: 'market', market: 'KXA' },
        state: code === 'stale_book' ? 'refuse' : 'reduce',
        sinceMs,
        detail: 'x',
      });
    await raise('mismatch', ASKED_MS);
    await raise('api_error_rate', ASKED_MS);
    await raise('fuse_blown', ASKED_MS);
    await raise('stale_book', ASKED_MS);
    // Found after the person had looked.
    await raise('credentials_refused', ASKED_MS + 5);
    expect(await resumeTrading(at.deps, ASKED_MS + 1)).toEqual({
      kind: 'resumed',
      lifted: ['api_error_rate', 'mismatch'],
    });
    expect(at.store.peekAll('causes').map(({ code }) => code)).toEqual(
      expect.arrayContaining(['credentials_refused', 'fuse_blown', 'stale_book']),
    );
    expect(await resumeTrading(at.deps, ASKED_MS + 1)).toEqual({ kind: 'stopped_since' });
  });
});
