-- What somebody should look at: one row for each alert, with all that it has as JSON. A rule has one alert of a group that is not resolved (2).
create table ledger_alerts (
  id integer primary key, state integer not null, kinds integer not null, last_us integer not null, alert_id text not null unique, rule text not null, group_key text not null, body text not null) strict;
create index ledger_alerts_by_group on ledger_alerts (rule, group_key, id);
create unique index ledger_alerts_open on ledger_alerts (rule, group_key) where state <> 2;
create index ledger_alerts_by_state on ledger_alerts (state, id);

-- The counters of a period, for those that have spent most.
create index ledger_counters_by_period on ledger_counters (family_id, period_start_us);
