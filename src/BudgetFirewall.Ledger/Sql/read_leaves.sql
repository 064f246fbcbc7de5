select leaf_index, entry_id, hash, is_removed from ledger_leaves where partition_id = @partition and leaf_index >= @first order by leaf_index limit @limit
