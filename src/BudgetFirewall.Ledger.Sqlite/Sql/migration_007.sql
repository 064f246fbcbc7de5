-- Events that somebody wants to hear of, as JSON of CloudEvents, each once.
create table ledger_events (id integer primary key, time_us integer not null, recorded_us integer not null, event_id text not null unique, type text not null, body text not null) strict;
create index ledger_events_by_recording on ledger_events (recorded_us);

-- Who wants to hear of which. One process at a time delivers to one of them: it has claimed it until a time. After a failure deliveries are held for a while. 0 stands for no time, and the empty text for none.
create table ledger_event_subscriptions (
  kind integer not null, is_active integer not null, created_us integer not null, former_until_us integer not null, claimed_until_us integer not null default 0, held_until_us integer not null default 0,
  id text not null primary key, name text not null, url text not null, types text not null, scopes text not null, secret text not null, former_secret text not null, disabled_reason text not null,
  claimed_by text not null default '') strict;

-- One event for one subscription: 0 waits, 1 is delivered, 2 was given up.
create table ledger_event_deliveries (
  id integer primary key, event_row integer not null, state integer not null, attempts integer not null, created_us integer not null, first_us integer not null, next_us integer not null, ended_us integer not null default 0,
  last_status integer not null default 0, subscription_id text not null, last_error text not null default '') strict;
create index ledger_event_deliveries_waiting on ledger_event_deliveries (subscription_id, next_us) where state = 0;
create index ledger_event_deliveries_by_subscription on ledger_event_deliveries (subscription_id, id);
create index ledger_event_deliveries_by_event on ledger_event_deliveries (event_row);
create index ledger_event_deliveries_ended on ledger_event_deliveries (ended_us) where state <> 0;
