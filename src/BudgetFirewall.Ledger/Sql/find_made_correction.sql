select 1 from ledger_corrections
where correction_id = @correction and operation_scope = @scope and partition_name = @partition and applied_us <> @time
