delete from ledger_entry_counters where entry_id {among}
