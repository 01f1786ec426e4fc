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
  /** There is no such account on the shard; seen by users only. */
  userNotFound: refusal(404, 'user_not_found', 'user not found'),
  /** The account has money, but none on the market's shard; seen by users only. */
  insufficientShardBalance: refusal(
    404,
    'insufficient_shard_balance',
    'insufficient balance on the shard',
  ),
  /** An order group that was never made, was deleted, is another's, or is of another shard. */
  orderGroupNotFound: refusal(404, 'order_group_not_found', 'order group not found'),
  /** A new order for a group that was triggered and not reset. */
  orderGroupTriggered: refusal(
    400,
    'order_group_triggered',
    'order group is triggered; reset it before new orders',
  ),
  /** More than 100,000 order groups. */
  tooManyOrderGroups: refusal(400, 'order_group_limit_exceeded', 'too many order groups'),
  /** A limit of a group outside 1 to 1,000,000 contracts, missing, or told twice and not alike. */
  badGroupLimit: refusal(400, 'invalid_order_group', 'invalid order group', 'contracts_limit'),
  /** More than 200,000 resting orders. */
  tooManyOpenOrders: refusal(400, 'open_order_limit_exceeded', 'too many open orders'),
  /** An amendment whose ticker, side or client order id is not that of the order. */
  amendOtherOrder: refusal(
    400,
    'invalid_order',
    'invalid order',
    'ticker, side and client_order_id must match the order',
  ),
  /** A decrease to more than what remains. */
  badDecrease: refusal(400, 'invalid_order', 'invalid order', 'not a decrease'),
  /** The order calls of the first version, removed in June 2026. */
  removedEndpoint: refusal(410, 'endpoint_removed', 'use /portfolio/events/orders'),
  /** A subaccount that the account does not have. */
  subaccountNotFound: refusal(404, 'subaccount_not_found', 'subaccount not found'),
  /** Subaccounts are for Advanced and above. */
  subaccountsNeedTier: refusal(403, 'forbidden', 'subaccounts need the Advanced tier'),
  /** More than 63 of them. */
  tooManySubaccounts: refusal(400, 'subaccount_limit_exceeded', 'too many subaccounts'),
  /** A transfer between subaccounts whose id was used before: it was applied then. */
  transferRepeated: refusal(409, 'transfer_already_exists', 'transfer already exists'),
  transferToItself: refusal(400, 'bad_request', 'source and destination are the same'),
  /** Opposite positions in one market: how the exchange keeps them apart is not documented. */
  alwaysNetted: refusal(400, 'bad_request', 'this exchange always nets opposite positions'),
  /** Perpetuals are another surface, which this exchange does not have. */
  noMarginedInstance: refusal(404, 'not_found', 'no margined instance'),
  /** A key of an account whose owner has not said in time where he is, in Sports, Elections and Entertainment. */
  attestationLapsed: refusal(403, 'forbidden', 'location attestation of the API key has expired'),
  /** The key has not the scope that a request needs, or is for another subaccount. */
  outOfScope: refusal(403, 'forbidden', 'the API key does not have the scope of this request'),
  badPublicKey: refusal(400, 'bad_request', 'public_key is not a public key in PEM'),
  /** From Basic to Advanced by oneself: an order by API is needed first. */
  upgradeNeedsOrders: refusal(403, 'forbidden', 'no order by API among the last 100'),
  /** The answer to a fill-or-kill that cannot be filled, when it is not 201 with zero fills. */
  fillOrKillRefused: refusal(400, 'invalid_order', 'invalid order', 'fill or kill not fillable'),
} as const;
