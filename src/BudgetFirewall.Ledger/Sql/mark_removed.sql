update ledger_leaves set is_removed = 1 where entry_id {among}
