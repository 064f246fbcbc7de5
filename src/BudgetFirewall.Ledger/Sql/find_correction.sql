select correction_id, operation_scope, partition_name, fingerprint, charge_id, amount_nanos, before_nanos, noted_us, applied_us, is_whole, actor, reason, store_id
from ledger_corrections
where correction_id = @correction and operation_scope = @scope and partition_name = @partition
