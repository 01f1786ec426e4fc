import type { HttpAnswer } from '../../adapters/kalshi/wire/orders.ts';

/**
 * What the exchange has and the simulated one has none of. Lists are answered as by an exchange that has nothing to
 * list; everything else below these paths is 404 `not_found`.
 *
 * | path | answer |
 * |---|---|
 * | `GET /incentive_programs` | an empty list, `next_cursor` empty |
 * | `GET /milestones` | an empty list |
 * | `GET /structured_targets` | an empty list |
 * | `GET /multivariate_event_collections` | an empty list; to create a combo is 404, but the operator may list combo markets |
 * | `GET /live_data/batch` | an empty list |
 * | `GET /communications/rfqs`, `/communications/quotes`, `/communications/block-trade-proposals` | empty lists; to send or take a quote is 404 |
 * | `GET /search/tags_by_categories`, `GET /search/filters_by_sport` | no categories, no sports |
 * | `GET /series/{s}/events/{t}/forecast_percentile_history` | an empty history |
 * | `/portfolio/summary/total_resting_order_value`, `/fcm/*` | 404: for brokers only |
 * | `/margin/*` and transfers to `margined` | 404: perpetuals are another surface |
 * | `/exchange/announcements` | 404: removed by the exchange on 2026-07-04 |
 * | `POST /portfolio/orders` and its kin of the first version | 410: removed in June 2026 |
 * | `PUT /portfolio/subaccounts/netting` | 400 for `enabled: false`: positions are always netted |
 */
export function answerAbsent(path: string): HttpAnswer | null {
  const empty = EMPTY[path] ?? (FORECAST.test(path) ? { forecast_history: [] } : null);
  return empty === null ? null : { status: 200, body: JSON.stringify(empty) };
}

const FORECAST = /^\/series\/[^/]+\/events\/[^/]+\/forecast_percentile_history$/;

const EMPTY: Readonly<Record<string, object>> = {
  '/incentive_programs': { incentive_programs: [], next_cursor: '' },
  '/milestones': { milestones: [], cursor: '' },
  '/structured_targets': { structured_targets: [], cursor: '' },
  '/multivariate_event_collections': { multivariate_contracts: [], cursor: '' },
  '/live_data/batch': { live_datas: [] },
  '/communications/rfqs': { rfqs: [], cursor: '' },
  '/communications/quotes': { quotes: [], cursor: '' },
  '/communications/block-trade-proposals': { block_trade_proposals: [], cursor: '' },
  '/search/tags_by_categories': { tags_by_categories: {} },
  '/search/filters_by_sport': { filters_by_sports: {}, sport_ordering: [] },
};
