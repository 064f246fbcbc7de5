-- An alert belongs to the firewall that has raised it: firewalls of different names in one database have their own. Those that there are keep the source that their event has.
alter table ledger_alerts add column source text collate "C" not null default '/budgetfirewall';
-- Not read as JSON, which PostgreSQL refuses where a string has a zero character.
update ledger_alerts set source = substring(body from '"source":"([^"]*)"') where body ~ '"source":"[^"]';
drop index ledger_alerts_by_group;
drop index ledger_alerts_open;
drop index ledger_alerts_by_state;
create index ledger_alerts_by_group on ledger_alerts (source, rule, group_key, id);
create unique index ledger_alerts_open on ledger_alerts (source, rule, group_key) where state <> 2;
create index ledger_alerts_by_state on ledger_alerts (source, state, id);

-- Digests of former ids have a salt each; those that there are have none.
alter table ledger_former_allocations add column salt text collate "C" not null default '';
