insert into ledger_counters (partition_id, family_id, scope_id, period_start_us)
values (@partition, @family, @scope, @period) returning id
