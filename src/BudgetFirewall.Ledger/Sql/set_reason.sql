update ledger_entries set reason = @text where id = @entry
