update ledger_corrections set applied_us = @time
where correction_id = @correction and operation_scope = @scope and partition_name = @partition and applied_us is null
