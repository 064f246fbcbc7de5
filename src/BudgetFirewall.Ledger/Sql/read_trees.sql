select partition_id, size, edge from ledger_trees where partition_id {among}
