-- Lines are told by the feeder, each whenever it is another than the one before: with its rule, books, methods, the
-- odds and times of its legs, or with why there is none. The rows of the table before were derived from scored_markets,
-- where what they said still stands, and go with it. Games have states by several sources, in more phases, and scores,
-- periods and clocks only where their sport has them.

drop table lines
-- statement
create table lines (
  event_id text primary key,
  seq bigint generated always as identity unique,
  at timestamptz not null,
  game_id text not null,
  league text not null,
  start_time timestamptz not null,
  phase text not null check (phase in ('pregame', 'live')),
  code text,
  rule text check ((rule is null) = (code is not null)),
  home_probability double precision check (home_probability between 0 and 1),
  draw_probability double precision check (draw_probability between 0 and 1),
  away_probability double precision check (away_probability between 0 and 1),
  home_uncertainty double precision,
  draw_uncertainty double precision,
  away_uncertainty double precision,
  books jsonb not null,
  reason jsonb not null,
  as_of timestamptz check ((as_of is null) = (code is not null)),
  said jsonb not null,
  check ((home_probability is null) = (code is not null)),
  check ((away_probability is null) = (code is not null))
)
-- statement
create index lines_by_game on lines (game_id, at)
-- statement
create index lines_by_time on lines (at)
-- statement
create table line_versions (
  game_id text not null,
  valid_from timestamptz not null,
  valid_to timestamptz check (valid_to > valid_from),
  is_current boolean generated always as (valid_to is null) stored,
  attributes jsonb not null,
  code text,
  rule text,
  home_probability double precision,
  draw_probability double precision,
  away_probability double precision,
  primary key (game_id, valid_from),
  exclude using gist (game_id with =, tstzrange(valid_from, valid_to) with &&)
    deferrable initially deferred
)
-- statement
create view game_starts as
  select distinct on (game_id) game_id, start_time
  from lines
  order by game_id, at desc, event_id collate "C" desc
-- statement
create view opening_lines as
  select distinct on (lines.game_id) lines.*
  from lines join game_starts starts on starts.game_id = lines.game_id
  where code is null and at < starts.start_time and as_of < starts.start_time
  order by lines.game_id, at, as_of, event_id collate "C"
-- statement
create view closing_lines as
  select distinct on (lines.game_id) lines.*
  from lines join game_starts starts on starts.game_id = lines.game_id
  where code is null and at < starts.start_time and as_of < starts.start_time
    and at >= starts.start_time - interval '10 minutes'
  order by lines.game_id, at desc, as_of desc, event_id collate "C" desc
-- statement
alter table markets drop constraint markets_yes_side_check
-- statement
alter table markets add constraint markets_yes_side_check check (yes_side in ('home', 'away', 'draw'))
-- statement
alter table game_states drop constraint game_states_phase_check
-- statement
alter table game_states add constraint game_states_phase_check
  check (phase in ('pregame', 'live', 'stopped', 'off', 'final'))
-- statement
alter table game_states alter column home_score drop not null, alter column away_score drop not null,
  alter column period drop not null, alter column clock_seconds drop not null
-- statement
alter table game_states add column source text not null default 'espn'
-- statement
alter table game_states alter column source drop default
-- statement
alter table game_states drop constraint game_states_pkey
-- statement
alter table game_states drop constraint game_states_game_id_tstzrange_excl
-- statement
alter table game_states add primary key (game_id, source, valid_from)
-- statement
alter table game_states add exclude using gist
  (game_id with =, source with =, tstzrange(valid_from, valid_to) with &&) deferrable initially deferred
-- statement
do $body$
begin
  comment on table lines is 'Every fair line that was told of a game, and every word that there is none';
  comment on column lines.seq is 'Order in which rows were appended';
  comment on column lines.at is 'When the feeder told it';
  comment on column lines.start_time is 'Start of the game as the mapping had it then';
  comment on column lines.phase is 'Which limits of freshness held: before the game or in play';
  comment on column lines.code is 'Why there is no line; null for a line';
  comment on column lines.rule is 'The rule by which the books spoke';
  comment on column lines.home_probability is 'Fair probability; null without a line';
  comment on column lines.draw_probability is 'Fair probability; null in games of two outcomes';
  comment on column lines.away_probability is 'Fair probability; null without a line';
  comment on column lines.home_uncertainty is 'Half the range of what the de-vig methods say of these odds';
  comment on column lines.books is 'Each book that spoke: feed, method, margin, Shin''s z, weight, its own probabilities, and the decimal odds and source times (epoch ms) of its legs';
  comment on column lines.reason is 'Who was passed over and why; of a refusal what each book had, or what the method refused';
  comment on column lines.as_of is 'The oldest source time of all legs';
  comment on column lines.said is 'What it says without times: another one makes another version';
  comment on table line_versions is 'What line each game had at each time: a row for each version, from valid_from until valid_to';
  comment on column line_versions.valid_from is 'Time at which this version was told';
  comment on column line_versions.valid_to is 'Time at which the next version begins; null for the current one';
  comment on column line_versions.attributes is 'What the line says without times; a version differs from the one before it in these';
  comment on column line_versions.code is 'Why there is no line; null for a line';
  comment on view game_starts is 'The start of each game as it was last told with a line';
  comment on view opening_lines is 'The first line of each game that was told before its start, of odds of before it';
  comment on view closing_lines is 'The last such line, if it was told at most ten minutes before the start';
  comment on table game_states is 'Where each game stood at each time by each source: a row for each version, from valid_from until valid_to';
  comment on column game_states.source is 'Who says so';
  comment on column game_states.home_score is 'Points, or sets in tennis; null where the sport has none';
  comment on column game_states.away_score is 'Points, or sets in tennis; null where the sport has none';
  comment on column game_states.period is 'Quarter, half, inning, set or round; null where it is not shown';
  comment on column game_states.clock_seconds is 'The clock that is shown, in seconds; null where there is none';
end
$body$
