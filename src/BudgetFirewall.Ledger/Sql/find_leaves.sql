select entry_id from ledger_leaves where entry_id {among} and is_removed = 0
