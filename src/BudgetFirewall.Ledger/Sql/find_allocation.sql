select id, version, made_us, taken_back_us, allocation_id, partition_name, content, shares, actor from ledger_allocations where allocation_id = @allocation and partition_name = @partition
