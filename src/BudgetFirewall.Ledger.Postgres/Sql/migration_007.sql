-- Events that somebody wants to hear of, as JSON of CloudEvents, each once.
create table ledger_events (id bigint generated always as identity primary key, time_us bigint not null, recorded_us bigint not null, event_id text collate "C" not null unique, type text collate "C" not null, body text not null);
create index ledger_events_by_recording on ledger_events (recorded_us);

-- Who wants to hear of which. One process at a time delivers to one of them: it has claimed it until a time. After a failure deliveries are held for a while. 0 stands for no time, and the empty text for none.
create table ledger_event_subscriptions (
  kind bigint not null, is_active bigint not null, created_us bigint not null, former_until_us bigint not null, claimed_until_us bigint not null default 0, held_until_us bigint not null default 0,
  id text collate "C" not null primary key, name text not null, url text not null, types text not null, scopes text not null, secret text not null, former_secret text not null, disabled_reason text not null,
  claimed_by text not null default '');

-- One event for one subscription: 0 waits, 1 is delivered, 2 was given up.
create table ledger_event_deliveries (
  id bigint generated always as identity primary key, event_row bigint not null, state bigint not null, attempts bigint not null, created_us bigint not null, first_us bigint not null, next_us bigint not null, ended_us bigint not null default 0,
  last_status bigint not null default 0, subscription_id text collate "C" not null, last_error text not null default '');
create index ledger_event_deliveries_waiting on ledger_event_deliveries (subscription_id, next_us) where state = 0;
create index ledger_event_deliveries_by_subscription on ledger_event_deliveries (subscription_id, id);
create index ledger_event_deliveries_by_event on ledger_event_deliveries (event_row);
create index ledger_event_deliveries_ended on ledger_event_deliveries (ended_us) where state <> 0;
