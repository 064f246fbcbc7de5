drop table if exists ledger_entry_scopes_{month};
drop table if exists ledger_entry_changes_{month};
drop table if exists ledger_entry_lines_{month};
drop table if exists ledger_entry_counters_{month};
drop table if exists ledger_entries_{month};
