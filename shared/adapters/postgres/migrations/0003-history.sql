-- What is kept for analysis. Prices are integers of 1e-4 dollars on the YES scale, counts of 1e-2 contracts,
-- money of 1e-6 dollars, probabilities double precision.

create extension if not exists btree_gist
-- statement
create table scored_batches (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  ticks bigint not null,
  skips jsonb not null
)
-- statement
create index scored_batches_by_time on scored_batches (at)
-- statement
create table scored_markets (
  event_id text not null references scored_batches,
  ordinal integer not null,
  seq bigint generated always as identity unique,
  market text not null,
  ticks bigint not null,
  edges bigint not null,
  bid integer check (bid between 0 and 10000),
  ask integer check (ask between 0 and 10000),
  fair jsonb,
  fair_probability double precision generated always as
    (cast(fair ->> 'probability' as double precision)) stored,
  feeder_time timestamptz not null,
  primary key (event_id, ordinal)
)
-- statement
create index scored_markets_by_market on scored_markets (market, feeder_time)
-- statement
create table edges (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  market text not null,
  stamp_epoch bigint not null,
  stamp_n bigint not null,
  leg text not null check (leg in ('yes', 'no')),
  limit_price integer not null check (limit_price between 0 and 10000),
  count bigint not null check (count >= 0),
  per_contract bigint not null,
  fair jsonb not null,
  fair_probability double precision generated always as
    (cast(fair ->> 'probability' as double precision)) stored,
  strategy text not null
)
-- statement
create index edges_by_market on edges (market, at)
-- statement
create index edges_by_time on edges (at)
-- statement
create table lines (
  market text not null,
  as_of timestamptz not null,
  sources text not null,
  method text not null,
  probability double precision not null check (probability between 0 and 1),
  uncertainty double precision not null,
  margin double precision not null,
  first_seen_at timestamptz not null,
  primary key (market, as_of, sources, method, probability)
)
-- statement
create index lines_by_first_seen on lines (market, first_seen_at)
-- statement
create table entry_refusals (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  market text not null,
  code text not null
)
-- statement
create index entry_refusals_by_code on entry_refusals (code, at)
-- statement
create table mark_samples (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null
)
-- statement
create table marks (
  event_id text not null references mark_samples,
  ordinal integer not null,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  position_id text not null,
  leg_price integer not null check (leg_price between 0 and 10000),
  primary key (event_id, ordinal)
)
-- statement
create index marks_by_position on marks (position_id, at)
-- statement
create table feeds (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  feed text not null,
  change text not null check (change in ('connected', 'disconnected')),
  detail text not null
)
-- statement
create index feeds_by_time on feeds (feed, at)
-- statement
create table runs (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  run_id text not null,
  process text not null,
  epoch bigint not null,
  stage text not null,
  config_fingerprint text not null,
  strategy text not null,
  commit text,
  branch text
)
-- statement
create index runs_by_time on runs (process, at)
-- statement
create table state_events (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  kind text not null check (kind in ('market', 'lifecycle', 'game_state')),
  subject text not null,
  body jsonb not null
)
-- statement
create index state_events_by_subject on state_events (kind, subject, at)
-- statement
create table markets (
  ticker text not null,
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  is_current boolean generated always as (valid_to is null) stored,
  attributes jsonb not null,
  event_ticker text not null,
  series_ticker text not null,
  exchange_index integer not null,
  title text not null,
  status text not null,
  open_time timestamptz not null,
  close_time timestamptz not null,
  expected_expiration timestamptz,
  settlement_timer_ms bigint not null,
  maker_fee_type text not null,
  fee_multiplier_millionths bigint not null,
  game_id text,
  yes_side text check (yes_side in ('home', 'away')),
  start_time timestamptz,
  primary key (ticker, valid_from),
  exclude using gist (ticker with =, tstzrange(valid_from, valid_to) with &&)
    deferrable initially deferred
)
-- statement
create index markets_by_event on markets (event_ticker) where is_current
-- statement
create index markets_by_game on markets (game_id) where is_current
-- statement
create table game_states (
  game_id text not null,
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  is_current boolean generated always as (valid_to is null) stored,
  attributes jsonb not null,
  phase text not null check (phase in ('pregame', 'live', 'final')),
  start_time timestamptz not null,
  home_score double precision not null,
  away_score double precision not null,
  period double precision not null,
  clock_seconds double precision not null,
  primary key (game_id, valid_from),
  exclude using gist (game_id with =, tstzrange(valid_from, valid_to) with &&)
    deferrable initially deferred
)
-- statement
create index game_states_by_phase on game_states (phase, start_time) where is_current
-- statement
do $body$
begin
  comment on table scored_batches is 'Each batch of ticks that was scored';
  comment on column scored_batches.seq is 'Order in which rows were appended';
  comment on column scored_batches.skips is 'How often each reason kept a tick from an order';
  comment on table scored_markets is 'The newest look at each market of a batch';
  comment on column scored_markets.ordinal is 'Place within its batch, from 0';
  comment on column scored_markets.seq is 'Order in which rows were appended';
  comment on column scored_markets.bid is '1e-4 dollars, on the YES scale';
  comment on column scored_markets.ask is '1e-4 dollars, on the YES scale';
  comment on column scored_markets.fair is 'The fair value and where it came from; null when the market could not be priced';
  comment on column scored_markets.fair_probability is 'Probability that YES wins';
  comment on table edges is 'Ticks that were worth an order';
  comment on column edges.seq is 'Order in which rows were appended';
  comment on column edges.stamp_epoch is 'Epoch of the feeder';
  comment on column edges.stamp_n is 'Number of the tick in its market and epoch';
  comment on column edges.limit_price is 'Worst price taken, 1e-4 dollars, on the YES scale';
  comment on column edges.count is '1e-2 contracts';
  comment on column edges.per_contract is 'Expected profit at the worst level after fees, 1e-6 dollars';
  comment on column edges.fair_probability is 'Probability that YES wins';
  comment on table lines is 'Every fair line that was seen, each once: the de-vigged probability of YES';
  comment on column lines.as_of is 'The older of the source times of its two legs';
  comment on column lines.sources is 'Sportsbooks, joined by a plus sign in the order of the rule';
  comment on column lines.uncertainty is 'Half the spread between the de-vig methods';
  comment on column lines.margin is 'Margin of the bookmaker, sum of inverse odds less one';
  comment on column lines.first_seen_at is 'Earliest time at which a market was priced with it';
  comment on table entry_refusals is 'Signals that became no order, and why';
  comment on column entry_refusals.seq is 'Order in which rows were appended';
  comment on table mark_samples is 'Times at which open positions were marked';
  comment on column mark_samples.seq is 'Order in which rows were appended';
  comment on table marks is 'The mark of each open position in a sample';
  comment on column marks.ordinal is 'Place within its sample, from 0';
  comment on column marks.seq is 'Order in which rows were appended';
  comment on column marks.leg_price is '1e-4 dollars, on the scale of the leg of the position';
  comment on table feeds is 'Feeds that came or went';
  comment on column feeds.seq is 'Order in which rows were appended';
  comment on table runs is 'Processes that began, and with what';
  comment on column runs.seq is 'Order in which rows were appended';
  comment on column runs.epoch is 'Epoch of the lease under which it began';
  comment on table state_events is 'What was told of markets and games, each once; markets and game_states follow from it';
  comment on column state_events.seq is 'Order in which rows were appended';
  comment on column state_events.subject is 'Ticker of the market or id of the game';
  comment on column state_events.body is 'The whole event but for its id and time';
  comment on table markets is 'What each market was at each time: a row for each version, from valid_from until valid_to';
  comment on column markets.valid_from is 'Time of the event that told of this version';
  comment on column markets.valid_to is 'Time at which the next version begins; null for the current one';
  comment on column markets.attributes is 'Market and mapping as told; a version differs from the one before it in these';
  comment on column markets.exchange_index is 'Shard of the exchange';
  comment on column markets.settlement_timer_ms is 'Milliseconds';
  comment on column markets.fee_multiplier_millionths is 'Millionths, 1000000 is the standard fee';
  comment on column markets.game_id is 'The game that the market is mapped to; null without a mapping';
  comment on table game_states is 'Where each game stood at each time: a row for each version, from valid_from until valid_to';
  comment on column game_states.valid_from is 'Time of the event that told of this version';
  comment on column game_states.valid_to is 'Time at which the next version begins; null for the current one';
  comment on column game_states.attributes is 'State as told, without the times of source and arrival; a version differs from the one before it in these';
  comment on column game_states.clock_seconds is 'Seconds left in the period';
end
$body$
