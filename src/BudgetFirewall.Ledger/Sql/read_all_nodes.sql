select level, node_index, hash from ledger_tree_nodes where partition_id = @partition order by level, node_index
