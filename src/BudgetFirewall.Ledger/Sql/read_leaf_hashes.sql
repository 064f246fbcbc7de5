select hash from ledger_leaves where partition_id = @partition and leaf_index >= @first and leaf_index < @end order by leaf_index
