update ledger_leaves set is_removed = 1 where entry_id >= {first} and entry_id < {end};
delete from ledger_personal_values where entry_id >= {first} and entry_id < {end};
delete from ledger_personal_texts where entry_id >= {first} and entry_id < {end};
drop table if exists ledger_entry_scopes_{month};
drop table if exists ledger_entry_changes_{month};
drop table if exists ledger_entry_lines_{month};
drop table if exists ledger_entry_counters_{month};
drop table if exists ledger_entries_{month};
