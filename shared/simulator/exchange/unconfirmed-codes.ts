import { refusal } from './exchange-errors.ts';

/**
 * Refusals whose strings the exchange's documentation does not state. They stand here and nowhere else, so that one
 * look at the demo exchange corrects them; no client may depend on them.
 */
export const UNCONFIRMED = {
  /** Any order operation in a market that is not open; the documented name is MARKET_INACTIVE. */
  marketInactive: refusal(400, 'market_inactive', 'market is not active'),
  /** Create during the weekly pause of trading. */
  tradingPaused: refusal(400, 'trading_paused', 'trading is paused'),
  /** Any order operation while the whole exchange stands. */
  exchangePaused: refusal(400, 'exchange_paused', 'exchange is paused'),
  /** reduce_only with a time in force other than immediate_or_cancel. */
  reduceOnlyNeedsIoc: refusal(
    400,
    'invalid_order',
    'invalid order',
    'reduce_only needs immediate_or_cancel',
  ),
  /** expiration_time with anything but good_till_canceled, or in the past. */
  badExpiration: refusal(400, 'invalid_order', 'invalid order', 'invalid expiration_time'),
  /** The account was never on the shard; seen by users only. */
  userNotFound: refusal(404, 'user_not_found', 'user not found'),
  /** The account has money, but none on the market's shard; seen by users only. */
  insufficientShardBalance: refusal(
    404,
    'insufficient_shard_balance',
    'insufficient balance on the shard',
  ),
  /** An order group that is not there: this exchange has none. */
  orderGroupNotFound: refusal(404, 'order_group_not_found', 'order group not found'),
  /** The answer to a fill-or-kill that cannot be filled, when it is not 201 with zero fills. */
  fillOrKillRefused: refusal(400, 'invalid_order', 'invalid order', 'fill or kill not fillable'),
} as const;
