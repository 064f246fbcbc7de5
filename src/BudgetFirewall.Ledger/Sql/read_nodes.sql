select hash from ledger_tree_nodes where partition_id = @partition and level = @level and node_index >= @first and node_index < @end order by node_index
