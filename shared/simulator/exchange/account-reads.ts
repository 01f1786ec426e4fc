import {
  encodeAccountLimits,
  encodeEndpointCosts,
} from '../../adapters/kalshi/wire/account-limits-encode.ts';
import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { DEFAULT_COST, ENDPOINT_COSTS } from './request-charge.ts';
import type { AccountName } from './sim-order.ts';

/** `GET /account/limits` and `GET /account/endpoint_costs`: what is enforced, by the same tables. */
export function accountRead(
  limiter: RateLimiter,
  account: AccountName,
  path: '/account/limits' | '/account/endpoint_costs',
): HttpAnswer {
  const given = limiter.givenTier(account);
  const grants =
    given === null
      ? []
      : ([{ lane: 'event_contract', level: given, endsAtMs: null, source: 'manual' }] as const);
  const body =
    path === '/account/limits'
      ? encodeAccountLimits(limiter.termsOf(account), grants)
      : encodeEndpointCosts(DEFAULT_COST, ENDPOINT_COSTS);
  return { status: 200, body };
}
