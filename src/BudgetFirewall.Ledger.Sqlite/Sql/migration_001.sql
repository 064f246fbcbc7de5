-- Repeated texts have a row each, which others name by its id. 0 stands for no text.
create table ledger_names (id integer primary key, name text not null unique) strict;
create table ledger_scopes (id integer primary key, kind_id integer not null, scope text not null, unique (kind_id, scope)) strict;
create table ledger_families (id integer primary key, name text not null unique, kind_id integer not null, unit text) strict;
create table ledger_state (name text not null primary key, value integer not null) strict, without rowid;

-- A counter is one scope of a family in one period. The total is what all entries have moved in it.
create table ledger_counters (
  id integer primary key, partition_id integer not null, family_id integer not null, scope_id integer not null, period_start_us integer not null,
  unique (family_id, scope_id, period_start_us, partition_id)) strict;
create table ledger_counter_totals (counter_id integer primary key, moved integer not null) strict;

-- A version of prices is the items that were paid for with the price of each. It never changes. An item without a price is an amount that was given.
create table ledger_price_versions (id integer primary key, prices text not null unique, currency_id integer not null) strict;
create table ledger_price_lines (
  version_id integer not null, position integer not null, item_id integer not null, unit_price text,
  primary key (version_id, position)) strict, without rowid;

-- An attribution is all scopes of a request together.
create table ledger_attributions (id integer primary key, scopes text not null unique) strict;
create table ledger_attribution_scopes (
  attribution_id integer not null, kind_id integer not null, scope_id integer not null,
  primary key (attribution_id, kind_id)) strict, without rowid;

-- The key of an entry begins with its time in milliseconds, so that it is the index by time.
create table ledger_entries (
  id integer primary key, time_us integer not null, kind integer not null, partition_id integer not null, operation_scope_id integer not null,
  attribution_id integer not null, amount_nanos integer not null, price_version_id integer, flags integer not null, held_nanos integer, overrun_nanos integer,
  outcome integer, actor_id integer, currency_id integer, operation_id text not null, corrected_entry text, reason text, usage text) strict;
create unique index ledger_entries_by_operation on ledger_entries (operation_id, time_us, kind, partition_id, operation_scope_id);
create table ledger_entry_counters (
  entry_id integer not null, counter_id integer not null, moved integer not null,
  primary key (entry_id, counter_id)) strict, without rowid;
create table ledger_entry_lines (
  entry_id integer not null, position integer not null, quantity text not null, amount text not null,
  primary key (entry_id, position)) strict, without rowid;
create table ledger_entry_scopes (scope_id integer not null, entry_id integer not null, primary key (scope_id, entry_id)) strict, without rowid;

-- What was spent in each quarter of an hour: by one scope, and by all scopes together.
create table ledger_scope_rollups (
  kind_id integer not null, quarter integer not null, scope_id integer not null, amount_nanos integer not null, calls integer not null,
  primary key (kind_id, quarter, scope_id)) strict, without rowid;
create table ledger_rollups (
  quarter integer not null, attribution_id integer not null, amount_nanos integer not null, calls integer not null,
  primary key (quarter, attribution_id)) strict, without rowid;
