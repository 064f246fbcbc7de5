delete from ledger_entry_lines where entry_id {among}
