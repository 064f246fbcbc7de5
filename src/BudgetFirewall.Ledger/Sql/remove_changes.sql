delete from ledger_entry_changes where entry_id {among}
