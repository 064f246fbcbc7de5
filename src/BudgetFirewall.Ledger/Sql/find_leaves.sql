select entry_id from ledger_leaves where entry_id in ({list}) and is_removed = 0
