select entry_id, position, quantity, amount from ledger_entry_lines where entry_id {among} order by entry_id, position
