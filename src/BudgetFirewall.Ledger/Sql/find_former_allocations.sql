select fingerprint, salt from ledger_former_allocations where partition_name = @partition
