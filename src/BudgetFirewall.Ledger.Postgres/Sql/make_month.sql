create table if not exists ledger_entries_{month} partition of ledger_entries for values from ({first}) to ({end});
-- An operation's identity has its time, so that it is unique where it is unique in its month.
create unique index if not exists ledger_entries_{month}_by_operation on ledger_entries_{month} (operation_id, time_us, kind, partition_id, operation_scope_id);
create table if not exists ledger_entry_counters_{month} partition of ledger_entry_counters for values from ({first}) to ({end});
create table if not exists ledger_entry_lines_{month} partition of ledger_entry_lines for values from ({first}) to ({end});
create table if not exists ledger_entry_changes_{month} partition of ledger_entry_changes for values from ({first}) to ({end});
create table if not exists ledger_entry_scopes_{month} partition of ledger_entry_scopes for values from ({first}) to ({end});
