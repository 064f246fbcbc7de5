update ledger_entry_changes set new_content = @text where entry_id = @entry
