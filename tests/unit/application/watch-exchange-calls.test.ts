import { describe, expect, it } from 'vitest';
import { MemoryHotStore } from '../../../shared/adapters/memory/memory-hot-store.ts';
import { MemoryTelemetry } from '../../../shared/adapters/memory/memory-telemetry.ts';
import { clearCause } from '../../../shared/application/trading-causes.ts';
import {
  ExchangeCallWatch,
  type SeenCall,
} from '../../../shared/application/watch-exchange-calls.ts';
import { TestClock } from '../../support/trading-desk.ts';

function watching() {
  const clock = new TestClock();
  const store = new MemoryHotStore();
  const telemetry = new MemoryTelemetry();
  const watch = new ExchangeCallWatch({ store, clock, telemetry });
  const see = (count: number, isError: boolean): void => {
    for (let n = 0; n < count; n += 1) watch.onCall(call(clock.nowMs(), isError));
  };
  return { clock, store, telemetry, watch, see };
}

const call = (atMs: number, isError: boolean): SeenCall => ({
  method: 'GET',
  route: '/markets',
  class: isError ? '5xx' : '2xx',
  status: isError ? 503 : 200,
  atMs,
  durationMs: 12.4,
  isError,
});
const REFUSAL = { status: 401, code: 'authentication_error', advice: 'see the key', refusals: 3 };

describe('calls to the exchange', () => {
  it('stop new risk when ten per cent of a minute failed, once, until a person lifts it', async () => {
    const { watch, see, store, telemetry } = watching();
    see(19, false);
    see(2, true);
    expect(await watch.look()).toEqual([]);
    see(1, true);
    expect(await watch.look()).toMatchObject([
      { code: 'api_error_rate', scope: { kind: 'account' }, state: 'reduce' },
    ]);
    expect(await watch.look()).toEqual([]);
    expect(store.peekAll('causes')).toMatchObject([
      { detail: '3 of 22 calls to the exchange failed within a minute' },
    ]);
    expect(telemetry.counts.get('log.critical')).toBe(1);
  });

  it('that failed longer ago than a minute stop nothing', async () => {
    const { watch, see, clock } = watching();
    see(100, true);
    clock.advance(60_000);
    see(100, false);
    expect(watch.rate).toEqual({ calls: 100, errors: 0, rateMillionths: 0 });
    expect(await watch.look()).toEqual([]);
  });

  it('are seen again at once when the clock was ahead and is set back', async () => {
    const { watch, see, clock } = watching();
    clock.advance(3_600_000);
    see(20, false);
    clock.advance(-3_600_000);
    see(20, true);
    expect(await watch.look()).toMatchObject([{ code: 'api_error_rate' }]);
  });

  it('are each counted and logged: what was well as detail only', () => {
    const { see, telemetry } = watching();
    see(2, false);
    see(1, true);
    expect(telemetry.counts.get('exchange.call.2xx')).toBe(2);
    expect(telemetry.counts.get('exchange.call.5xx')).toBe(1);
    expect(telemetry.lines().map(({ level }) => level)).toEqual(['debug', 'debug', 'error']);
    expect(telemetry.lines()[2]).toMatchObject({
      event: 'exchange_call_failed',
      fields: { method: 'GET', route: '/markets', class: '5xx', status: 503, ms: 12 },
    });
  });
});

describe('credentials that the exchange refuses', () => {
  it('stop new risk once nothing is sent any more', async () => {
    const { watch, store } = watching();
    watch.onRefused({ ...REFUSAL, refusals: 1 }, false);
    expect(await watch.look()).toEqual([]);
    watch.onRefused(REFUSAL, true);
    expect(await watch.look()).toMatchObject([
      { code: 'credentials_refused', state: 'reduce', detail: 'authentication_error: see the key' },
    ]);
    const [cause] = store.peekAll('causes');
    await clearCause(store, cause!);
    expect(await watch.look()).toEqual([]);
  });
});
