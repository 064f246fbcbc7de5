-- The requests that an entry stands for, where it is more than one.
alter table ledger_entries add column requests bigint;
