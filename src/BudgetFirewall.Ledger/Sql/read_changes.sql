select entry_id, old_content, new_content from ledger_entry_changes where entry_id {among}
