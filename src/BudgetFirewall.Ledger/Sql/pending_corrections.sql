select correction_id, operation_scope, partition_name, fingerprint, charge_id, amount_nanos, before_nanos, noted_us, applied_us, is_whole, actor, reason, store_id, id
from ledger_corrections
where applied_us is null and noted_us <= @before and (noted_us, id) > (@after, @after_id)
order by noted_us, id limit @limit
