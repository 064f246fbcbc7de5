update ledger_entries set corrected_entry = @text where id = @entry
