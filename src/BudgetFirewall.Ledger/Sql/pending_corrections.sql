select correction_id, operation_scope, partition_name, fingerprint, charge_id, amount_nanos, before_nanos, noted_us, applied_us, is_whole, actor, reason
from ledger_corrections
where applied_us is null and noted_us <= @before
order by noted_us limit @limit
