-- The time until which a counter is needed, so that those that are can be restored. Of those of before it is not known, and no period is longer than a leap year.
alter table ledger_counters add column kept_until_us bigint not null default 0;
update ledger_counters set kept_until_us = case when period_start_us < -9000000000000000000 then 9223372036854775807 else period_start_us + 31622400000000 end;
create index ledger_counters_by_end on ledger_counters (kept_until_us);

-- What all allowances have added to the limit of a counter.
alter table ledger_counter_totals add column allowance bigint not null default 0;
insert into ledger_counter_totals (counter_id, moved)
select distinct m.counter_id, 0 from ledger_entry_counters m join ledger_entries e on e.id = m.entry_id where e.kind = 6
on conflict (counter_id) do nothing;
update ledger_counter_totals set allowance =
  coalesce((select sum(m.moved) from ledger_entry_counters m join ledger_entries e on e.id = m.entry_id where m.counter_id = ledger_counter_totals.counter_id and e.kind = 6), 0);

-- The limits, documents and approvals of the firewall in memory that writes the ledger. What was removed stays without content for a time, so that an earlier version does not come back.
create table ledger_store_state (
  kind bigint not null, partition_id bigint not null, version bigint not null, expires_us bigint, name text collate "C" not null, content text,
  primary key (kind, partition_id, name));
