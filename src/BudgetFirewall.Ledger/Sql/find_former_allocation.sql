select 1 from ledger_former_allocations where fingerprint = @fingerprint and partition_name = @partition
