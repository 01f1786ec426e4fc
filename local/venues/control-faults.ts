import { UNCONFIRMED } from '../../shared/simulator/exchange/unconfirmed-codes.ts';
import { EXCHANGE_ERRORS } from '../../shared/simulator/exchange/exchange-errors.ts';
import type { AskedFrameFault, AskedRequestFault } from './control-schema.ts';
import type { FrameFault } from './faulted-wire.ts';
import type { FrameScope } from './frame-faults.ts';
import type { RequestFault, RequestScope } from './request-faults.ts';

/** A fault as it was asked for, in the words of those who carry it out. */

const WRITES = '/portfolio/events/orders*';

export function requestFaultOf(asked: AskedRequestFault): RequestFault {
  switch (asked.fault) {
    case 'too_many_requests':
    case 'empty_success':
    case 'no_order_id':
    case 'other_order':
    case 'maintenance':
      return { kind: asked.fault };
    case 'timeout':
    case 'reset':
    case 'conflict':
      return { kind: asked.fault, applied: asked.applied };
    case 'server_error':
      return {
        kind: 'server_error',
        status: asked.status,
        body: asked.body,
        applied: asked.applied,
      };
    case 'slow':
      return { kind: 'slow', delayMs: asked.delayMs };
    case 'refusal': {
      const { status, code, message, details } = asked;
      return { kind: 'refusal', status, code, message, details };
    }
    case 'shard_refusal': {
      const { status, code, message, details } = SHARD_REFUSALS[asked.as];
      return { kind: 'refusal', status, code, message, details };
    }
  }
}

const SHARD_REFUSALS = {
  insufficient_shard_balance: UNCONFIRMED.insufficientShardBalance,
  user_not_found: UNCONFIRMED.userNotFound,
  market_not_found: EXCHANGE_ERRORS.marketNotFound,
} as const;

/** A shard refuses orders; every other fault fits all requests unless it says which. */
export function requestScopeOf({ fault, method, path }: AskedRequestFault): RequestScope {
  return fault === 'shard_refusal' && path === null ? { method, path: WRITES } : { method, path };
}

export function frameFaultOf(asked: AskedFrameFault): FrameFault {
  switch (asked.fault) {
    case 'duplicate':
    case 'gap':
    case 'missed_user_message':
    case 'binary':
    case 'drop':
      return { kind: asked.fault };
    case 'subscription_error':
      return { kind: 'subscription_error', code: asked.code };
    case 'malformed':
      return { kind: 'malformed', as: asked.as };
    case 'oversized':
      return { kind: 'oversized', bytes: asked.bytes };
    case 'silence':
      return { kind: 'silence', forMs: asked.forMs, pings: asked.pings };
    case 'lag': {
      const { growthMsPerS, mostMs, forMs } = asked;
      return { kind: 'lag', growthMsPerS, mostMs, forMs };
    }
    case 'close':
      return { kind: 'close', code: asked.code, reason: asked.reason };
  }
}

export function frameScopeOf(asked: AskedFrameFault): FrameScope {
  const channel = 'channel' in asked ? asked.channel : null;
  return { channels: channel === null ? null : [channel], connection: asked.connection };
}
