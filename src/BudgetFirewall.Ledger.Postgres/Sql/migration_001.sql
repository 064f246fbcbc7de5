-- Repeated texts have a row each, which others name by its id. 0 stands for no text.
create table ledger_names (id bigint generated always as identity primary key, name text collate "C" not null unique);
create table ledger_scopes (id bigint generated always as identity primary key, kind_id bigint not null, scope text collate "C" not null, unique (kind_id, scope));
create table ledger_families (id bigint generated always as identity primary key, name text collate "C" not null unique, kind_id bigint not null, unit text collate "C");
create table ledger_state (name text not null primary key, value bigint not null);

-- A counter is one scope of a family in one period. The total is what all entries have moved in it.
create table ledger_counters (
  id bigint generated always as identity primary key, partition_id bigint not null, family_id bigint not null, scope_id bigint not null, period_start_us bigint not null,
  unique (family_id, scope_id, period_start_us, partition_id));
create table ledger_counter_totals (counter_id bigint primary key, moved bigint not null);

-- A version of prices is the items that were paid for with the price of each. It never changes. An item without a price is an amount that was given.
create table ledger_price_versions (id bigint generated always as identity primary key, prices text collate "C" not null unique, currency_id bigint not null);
create table ledger_price_lines (
  version_id bigint not null, position bigint not null, item_id bigint not null, unit_price text,
  primary key (version_id, position));

-- An attribution is all scopes of a request together.
create table ledger_attributions (id bigint generated always as identity primary key, scopes text collate "C" not null unique);
create table ledger_attribution_scopes (
  attribution_id bigint not null, kind_id bigint not null, scope_id bigint not null,
  primary key (attribution_id, kind_id));

-- The key of an entry begins with its time in milliseconds, so that it is the index by time, and months are partitions.
create table ledger_entries (
  id bigint not null primary key, time_us bigint not null, kind bigint not null, partition_id bigint not null, operation_scope_id bigint not null,
  attribution_id bigint not null, amount_nanos bigint not null, price_version_id bigint, flags bigint not null, held_nanos bigint, overrun_nanos bigint,
  outcome bigint, actor_id bigint, currency_id bigint, operation_id text collate "C" not null, corrected_entry text, reason text, usage text)
  partition by range (id);
create table ledger_entry_counters (
  entry_id bigint not null, counter_id bigint not null, moved bigint not null,
  primary key (entry_id, counter_id)) partition by range (entry_id);
create table ledger_entry_lines (
  entry_id bigint not null, position bigint not null, quantity text not null, amount text not null,
  primary key (entry_id, position)) partition by range (entry_id);
create table ledger_entry_scopes (scope_id bigint not null, entry_id bigint not null, primary key (scope_id, entry_id)) partition by range (entry_id);

-- What was spent in each quarter of an hour: by one scope, and by all scopes together.
create table ledger_scope_rollups (
  kind_id bigint not null, quarter bigint not null, scope_id bigint not null, amount_nanos bigint not null, calls bigint not null,
  primary key (kind_id, quarter, scope_id));
create table ledger_rollups (
  quarter bigint not null, attribution_id bigint not null, amount_nanos bigint not null, calls bigint not null,
  primary key (quarter, attribution_id));
