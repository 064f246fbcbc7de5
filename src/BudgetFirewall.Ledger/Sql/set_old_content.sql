update ledger_entry_changes set old_content = @text where entry_id = @entry
