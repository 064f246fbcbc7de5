insert into ledger_counters (partition_id, family_id, scope_id, period_start_us, kept_until_us)
values (@partition, @family, @scope, @period, @end) returning id
