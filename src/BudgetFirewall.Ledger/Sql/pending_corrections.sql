select correction_id, operation_scope, partition_name, fingerprint, charge_id, amount_nanos, before_nanos, noted_us, applied_us, is_whole, actor, reason, store_id
from ledger_corrections
where applied_us is null and noted_us <= @before
  and (store_id = @store or (store_id is null and not exists (select 1 from ledger_corrections others where others.store_id <> @store and others.store_id not like 'memory:%'))
    or (store_id like 'memory:%' and noted_us <= @gone))
order by noted_us limit @limit
