import type { EpochMs } from '../../domain/market/market.ts';
import { GuardedTransport, type CredentialsRefusal } from './guarded-transport.ts';
import type { HttpTransport } from './http-transport.ts';
import { isCallError, ObservedTransport, type ExchangeCall } from './observed-transport.ts';

/** Who is told of what happens on the way to the exchange. */
export type CallListener = {
  readonly onCall: (call: ExchangeCall & { readonly isError: boolean }) => void;
  /** `stops` is true for the refusal with which nothing more is sent. */
  readonly onRefused: (refusal: CredentialsRefusal, stops: boolean) => void;
  readonly onAccepted: () => void;
};

/** A way to the exchange of which every call is told, as it was sent. Next to the socket. */
export function watched(
  inner: HttpTransport,
  calls: Pick<CallListener, 'onCall'>,
  nowMs: () => EpochMs,
): HttpTransport {
  return new ObservedTransport({
    inner,
    onCall: (call) => calls.onCall({ ...call, isError: isCallError(call) }),
    nowMs,
    monotonicMs: () => performance.now(),
  });
}

/** A way to the exchange that ends when our credentials are refused again and again. Before everything else. */
export function guardedBy(
  inner: HttpTransport,
  calls: Omit<CallListener, 'onCall'>,
  nowMs: () => EpochMs,
): HttpTransport {
  return new GuardedTransport({
    inner,
    nowMs,
    onRefused: (refusal, stops) => calls.onRefused(refusal, stops),
    onAccepted: () => calls.onAccepted(),
  });
}
