-- Hours in which a scope has spent far more than was expected of it (kind 0), and budgets that are spent too fast (kind 1, with the counter), each once. A budget that is spent too fast is calm from a time on; 0 stands for not yet. Amounts are nanos, or micros of the unit; the growth is in thousandths.
create table ledger_anomalies (
  id bigint generated always as identity primary key, kind bigint not null, hour_us bigint not null, scope_id bigint not null, counter_id bigint not null, end_us bigint not null, found_us bigint not null, calm_us bigint not null default 0,
  partition_id bigint not null, seen bigint not null, expected bigint not null, threshold bigint not null, scale bigint not null, growth bigint not null, basis bigint not null, samples bigint not null,
  budget_id text collate "C", unit text collate "C",
  unique (kind, hour_us, scope_id, counter_id));
create index ledger_anomalies_by_scope on ledger_anomalies (scope_id, id);
create index ledger_anomalies_burning on ledger_anomalies (counter_id) where kind = 1 and calm_us = 0;
