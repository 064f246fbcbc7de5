select cast(coalesce(sum(amount_nanos), 0) as bigint), cast(coalesce(max(is_whole), 0) as bigint) from ledger_corrections where charge_id = @charge
