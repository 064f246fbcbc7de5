select id from ledger_counters
where partition_id = @partition and family_id = @family and scope_id = @scope and period_start_us = @period
