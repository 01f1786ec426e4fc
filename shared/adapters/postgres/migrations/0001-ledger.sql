-- The record of money: balanced entries, written once.
-- Amounts are integers of 1e-6 dollars; bigint holds them exactly, and the limit is what a JavaScript number holds.

create table ledger_entries (
  entry_id text primary key,
  seq bigint generated always as identity unique,
  booked_at timestamptz not null,
  source_kind text not null
    check (source_kind in ('opening', 'fill', 'settlement', 'residual')),
  fill_key text check ((fill_key is not null) = (source_kind = 'fill')),
  client_order_id text check ((client_order_id is not null) = (source_kind = 'fill')),
  market text check ((market is not null) = (source_kind = 'settlement')),
  reason text check ((reason is not null) = (source_kind = 'residual'))
)
-- statement
create index ledger_entries_by_time on ledger_entries (booked_at)
-- statement
create table postings (
  entry_id text not null references ledger_entries,
  ordinal integer not null check (ordinal >= 0),
  account text not null check (account <> ''),
  amount bigint not null check (amount between -9007199254740991 and 9007199254740991),
  primary key (entry_id, ordinal)
)
-- statement
create index postings_by_account on postings (account)
-- statement
create function refuse_change() returns trigger language plpgsql as $body$
begin
  raise exception '% is append-only, a % is refused. Book a correction instead.',
    tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$body$
-- statement
create function refuse_unbalanced() returns trigger language plpgsql as $body$
declare
  wrong record;
begin
  select entry_id, sum(amount) as residual into wrong
    from added group by entry_id having sum(amount) <> 0 order by entry_id limit 1;
  if found then
    raise exception 'ledger entry % does not balance, its postings sum to % micro-dollars',
      wrong.entry_id, wrong.residual using errcode = 'check_violation';
  end if;
  return null;
end
$body$
-- statement
create trigger postings_balance after insert on postings
  referencing new table as added for each statement execute function refuse_unbalanced()
-- statement
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change()
-- statement
create trigger postings_append_only before update or delete or truncate on postings
  for each statement execute function refuse_change()
-- statement
create view account_balances as
  select account, sum(amount) as amount, cast(sum(amount) / 1000000 as numeric(20, 6)) as dollars
  from postings group by account
-- statement
do $body$
begin
  comment on table ledger_entries is 'Balanced entries of the ledger, one for each thing that is booked. Append-only.';
  comment on column ledger_entries.entry_id is 'A function of what is booked, so that booking again changes nothing';
  comment on column ledger_entries.seq is 'Order in which entries were appended';
  comment on column ledger_entries.booked_at is 'Time of what is booked, to the millisecond';
  comment on column ledger_entries.source_kind is 'What is booked';
  comment on column ledger_entries.fill_key is 'Trade id and exchange order id of a fill, joined by a bar';
  comment on column ledger_entries.client_order_id is 'The order of a fill';
  comment on column ledger_entries.market is 'The market of a settlement';
  comment on column ledger_entries.reason is 'Why a residual is booked';
  comment on table postings is 'What an entry moves. All postings of an entry are inserted by one statement and sum to zero. Append-only.';
  comment on column postings.ordinal is 'Place within its entry, from 0';
  comment on column postings.account is 'cash and shard, position with market and leg, fees, trading_result, settlement_result, capital or suspense';
  comment on column postings.amount is '1e-6 dollars, debits positive, credits negative';
  comment on view account_balances is 'Balance of each account, debits less credits';
  comment on column account_balances.amount is '1e-6 dollars';
  comment on column account_balances.dollars is 'Dollars, exact';
end
$body$
