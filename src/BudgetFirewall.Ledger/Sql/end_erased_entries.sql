delete from ledger_state where name = 'erased_entries_until'
