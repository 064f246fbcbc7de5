select c.id, c.scope_id, c.partition_id, p.name, t.moved
from ledger_counters c
join ledger_counter_totals t on t.counter_id = c.id
left join ledger_names p on p.id = c.partition_id
where c.family_id = @family and c.period_start_us = @start and c.scope_id {among}
