import type { HttpTransport } from '../../shared/adapters/kalshi/http-transport.ts';
import { GuardedTransport } from '../../shared/adapters/kalshi/guarded-transport.ts';
import { isCallError, ObservedTransport } from '../../shared/adapters/kalshi/observed-transport.ts';
import type { ExchangeCallWatch } from '../../shared/application/watch-exchange-calls.ts';
import { MACHINE_CLOCK } from './compose-config.ts';

/** A way to the exchange of which every call is seen, as it was sent. */
export function watched(inner: HttpTransport, calls: ExchangeCallWatch): HttpTransport {
  return new ObservedTransport({
    inner,
    onCall: (call) => calls.onCall({ ...call, isError: isCallError(call) }),
    nowMs: () => MACHINE_CLOCK.nowMs(),
    monotonicMs: () => performance.now(),
  });
}

/** A way to the exchange that ends when our credentials are refused again and again. */
export function guardedBy(inner: HttpTransport, calls: ExchangeCallWatch): HttpTransport {
  return new GuardedTransport({
    inner,
    nowMs: () => MACHINE_CLOCK.nowMs(),
    onRefused: (refusal, stops) => calls.onRefused(refusal, stops),
    onAccepted: () => calls.onAccepted(),
  });
}
