-- What happened, each once, and what follows from it: orders, fills, positions and their exits.
-- Prices are integers of 1e-4 dollars on the YES scale, counts of 1e-2 contracts, money of 1e-6 dollars.

create table journal (
  journal_id text primary key,
  seq bigint generated always as identity unique,
  kind text not null check (kind in
    ('opening', 'order', 'fill', 'settlement', 'position_opened', 'position_closed', 'residual')),
  at timestamptz not null,
  entry jsonb not null
)
-- statement
create index journal_by_time on journal (at)
-- statement
create trigger journal_append_only before update or delete or truncate on journal
  for each statement execute function refuse_change()
-- statement
create table order_transitions (
  journal_id text primary key references journal,
  client_order_id text not null,
  from_state text,
  to_state text not null,
  detail text not null,
  at timestamptz not null
)
-- statement
create index order_transitions_by_order on order_transitions (client_order_id, at)
-- statement
create table orders (
  client_order_id text primary key,
  purpose text not null check (purpose in ('entry', 'exit')),
  state text not null check (state in
    ('planned', 'sent', 'unknown', 'abandoned', 'resting', 'expired', 'cancelled', 'rejected', 'filled')),
  state_rank integer not null,
  detail text not null,
  updated_at timestamptz not null,
  journal_id text not null references journal,
  decision_id text not null,
  decided_at timestamptz not null,
  position_id text not null,
  market text not null,
  event_ticker text not null,
  series_ticker text not null,
  exchange_index integer not null,
  strategy_name text not null,
  strategy_version text not null,
  leg text not null check (leg in ('yes', 'no')),
  limit_price integer not null check (limit_price between 0 and 10000),
  count bigint not null check (count >= 0),
  estimated_fees bigint not null,
  generation bigint not null,
  stamp_epoch bigint,
  stamp_n bigint,
  check ((stamp_epoch is not null) = (purpose = 'entry')),
  check ((stamp_n is not null) = (purpose = 'entry'))
)
-- statement
create index orders_by_market on orders (market, decided_at)
-- statement
create index orders_by_position on orders (position_id)
-- statement
create index orders_not_over on orders (state)
  where state in ('planned', 'sent', 'unknown', 'resting')
-- statement
create table fills (
  trade_id text not null,
  exchange_order_id text not null,
  journal_id text not null unique references journal,
  client_order_id text not null,
  position_id text not null,
  market text not null,
  exchange_index integer not null,
  purpose text not null check (purpose in ('entry', 'exit')),
  leg text not null check (leg in ('yes', 'no')),
  book_side text not null check (book_side in ('bid', 'ask')),
  price integer not null check (price between 0 and 10000),
  count bigint not null check (count >= 0),
  fee bigint not null,
  basis bigint not null,
  role text not null check (role in ('taker', 'maker')),
  exchange_time timestamptz not null,
  booked_at timestamptz not null,
  primary key (trade_id, exchange_order_id)
)
-- statement
create index fills_by_order on fills (client_order_id)
-- statement
create index fills_by_position on fills (position_id)
-- statement
create index fills_by_market on fills (market, exchange_time)
-- statement
create table positions (
  position_id text primary key,
  market text not null,
  leg text not null check (leg in ('yes', 'no')),
  exchange_index integer,
  bought_count bigint not null,
  bought_cost bigint not null,
  sold_count bigint not null,
  sold_basis bigint not null,
  proceeds bigint not null,
  settled_count bigint not null,
  settled_basis bigint not null,
  payout bigint not null,
  fees bigint not null,
  opened_at timestamptz,
  closed_at timestamptz,
  close_cause text check ((close_cause is null) = (closed_at is null)),
  quantity bigint generated always as (bought_count - sold_count - settled_count) stored,
  basis bigint generated always as (bought_cost - sold_basis - settled_basis) stored,
  realised bigint generated always as (proceeds + payout - sold_basis - settled_basis) stored,
  state text generated always as (
    case when bought_count > 0 and bought_count = sold_count + settled_count
      then 'closed' else 'open' end) stored
)
-- statement
create index positions_by_market on positions (market)
-- statement
create index positions_open on positions (position_id) where state = 'open'
-- statement
create table position_exits (
  position_id text not null,
  generation bigint not null,
  market text not null,
  leg text not null check (leg in ('yes', 'no')),
  rule text not null,
  priority text not null,
  decided_at timestamptz not null,
  last_decided_at timestamptz not null,
  last_attempt bigint not null,
  primary key (position_id, generation)
)
-- statement
create index position_exits_by_rule on position_exits (rule, decided_at)
-- statement
create table exit_attempts (
  client_order_id text primary key,
  position_id text not null,
  generation bigint not null,
  attempt bigint not null check (attempt > 0),
  decided_at timestamptz not null,
  limit_price integer not null check (limit_price between 0 and 10000),
  count bigint not null check (count >= 0),
  outcome text not null,
  outcome_rank integer not null,
  detail text not null,
  outcome_at timestamptz not null,
  journal_id text not null references journal,
  foreign key (position_id, generation) references position_exits
)
-- statement
create index exit_attempts_by_exit on exit_attempts (position_id, generation, attempt)
-- statement
create view order_fills as
  select client_order_id, sum(count) as count,
    sum(count * case leg when 'yes' then price else 10000 - price end) as value,
    sum(fee) as fees, min(exchange_time) as first_at, max(exchange_time) as last_at
  from fills group by client_order_id
-- statement
do $body$
begin
  comment on table journal is 'The immutable journal, each entry once. Append-only.';
  comment on column journal.seq is 'Order in which entries were appended';
  comment on column journal.at is 'Time of the entry, to the millisecond';
  comment on column journal.entry is 'The whole entry';
  comment on table order_transitions is 'Each move of each order, as the journal tells it';
  comment on column order_transitions.from_state is 'Null for an order that is new';
  comment on column order_transitions.detail is 'Code of a rejection, cause of an unknown outcome, or empty';
  comment on table orders is 'Each order with the furthest state that the journal tells of, whatever came first';
  comment on column orders.state_rank is 'Place of the state on the way forward; the furthest counts';
  comment on column orders.detail is 'Code of a rejection, cause of an unknown outcome, or empty';
  comment on column orders.updated_at is 'Time of the transition into this state';
  comment on column orders.journal_id is 'The transition into this state';
  comment on column orders.position_id is 'The position that is opened (its id is that of the entry) or sold';
  comment on column orders.exchange_index is 'Shard of the exchange';
  comment on column orders.limit_price is 'Worst acceptable price, 1e-4 dollars, on the YES scale';
  comment on column orders.count is '1e-2 contracts';
  comment on column orders.estimated_fees is '1e-6 dollars at the limit price, rounded up';
  comment on column orders.generation is 'Ownership generation of an entry, exit generation of an exit';
  comment on column orders.stamp_epoch is 'Epoch of the feeder whose tick an entry was decided on';
  comment on column orders.stamp_n is 'Number of that tick in its market and epoch';
  comment on table fills is 'Each trade of each order, once';
  comment on column fills.price is '1e-4 dollars, on the YES scale';
  comment on column fills.count is '1e-2 contracts';
  comment on column fills.fee is '1e-6 dollars, as the exchange charged it';
  comment on column fills.basis is '1e-6 dollars taken out of the position by a sale, zero for a purchase';
  comment on column fills.exchange_time is 'Time of the trade at the exchange';
  comment on column fills.booked_at is 'Time at which we booked it';
  comment on table positions is 'Sums over the fills and the settlement of each position. Partial until all of them have arrived.';
  comment on column positions.bought_count is '1e-2 contracts';
  comment on column positions.bought_cost is '1e-6 dollars on the scale of the leg, without fees';
  comment on column positions.sold_count is '1e-2 contracts';
  comment on column positions.sold_basis is '1e-6 dollars of basis that went with sales';
  comment on column positions.proceeds is '1e-6 dollars from sales on the scale of the leg, without fees';
  comment on column positions.settled_count is '1e-2 contracts';
  comment on column positions.settled_basis is '1e-6 dollars of basis that went with the settlement';
  comment on column positions.payout is '1e-6 dollars paid at settlement';
  comment on column positions.fees is '1e-6 dollars, of trades and settlement';
  comment on column positions.opened_at is 'Exchange time of the earliest purchase';
  comment on column positions.closed_at is 'Time of the latest closing; a late purchase may have opened it again, see state';
  comment on column positions.close_cause is 'Exit rule or settlement of the latest closing';
  comment on column positions.quantity is '1e-2 contracts held';
  comment on column positions.basis is '1e-6 dollars, cost of what is held';
  comment on column positions.realised is '1e-6 dollars, proceeds and payout less their basis, before fees';
  comment on table position_exits is 'Each claim to sell a position. A higher priority raises the generation.';
  comment on column position_exits.decided_at is 'Time of the first attempt';
  comment on column position_exits.last_decided_at is 'Time of the latest attempt';
  comment on column position_exits.last_attempt is 'Highest number of an attempt';
  comment on table exit_attempts is 'Each order of each exit and what became of it; what it sold is in order_fills';
  comment on column exit_attempts.limit_price is 'Worst acceptable price, 1e-4 dollars, on the YES scale';
  comment on column exit_attempts.count is '1e-2 contracts';
  comment on column exit_attempts.outcome is 'Furthest state of its order';
  comment on column exit_attempts.outcome_rank is 'Place of the state on the way forward; the furthest counts';
  comment on view order_fills is 'What each order has traded';
  comment on column order_fills.count is '1e-2 contracts';
  comment on column order_fills.value is '1e-6 dollars on the scale of the leg, without fees';
  comment on column order_fills.fees is '1e-6 dollars';
end
$body$
