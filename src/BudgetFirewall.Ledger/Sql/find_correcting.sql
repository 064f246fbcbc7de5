select id from ledger_entries where corrected_entry = @corrected
