-- Hours in which a scope has spent far more than was expected of it (kind 0), and budgets that are spent too fast (kind 1, with the counter), each once. A budget that is spent too fast is calm from a time on; 0 stands for not yet. Amounts are nanos, or micros of the unit; the growth is in thousandths.
create table ledger_anomalies (
  id integer primary key, kind integer not null, hour_us integer not null, scope_id integer not null, counter_id integer not null, end_us integer not null, found_us integer not null, calm_us integer not null default 0,
  partition_id integer not null, seen integer not null, expected integer not null, threshold integer not null, scale integer not null, growth integer not null, basis integer not null, samples integer not null,
  budget_id text, unit text,
  unique (kind, hour_us, scope_id, counter_id)) strict;
create index ledger_anomalies_by_scope on ledger_anomalies (scope_id, id);
create index ledger_anomalies_burning on ledger_anomalies (counter_id) where kind = 1 and calm_us = 0;
