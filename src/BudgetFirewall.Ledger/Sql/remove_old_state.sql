delete from ledger_store_state where expires_us <= @now
