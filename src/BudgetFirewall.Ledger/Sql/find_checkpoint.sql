select text from ledger_checkpoints where partition_id = @partition order by tree_size desc limit 1
