update ledger_corrections set store_id = @store
where correction_id = @correction and operation_scope = @scope and partition_name = @partition and store_id is null and applied_us is null
