select partition_id, leaf_index from ledger_leaves where entry_id = @entry
