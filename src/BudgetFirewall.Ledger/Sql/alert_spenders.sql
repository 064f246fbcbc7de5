select s.scope
from ledger_families f
join ledger_counters c on c.family_id = f.id
join ledger_counter_totals t on t.counter_id = c.id
join ledger_scopes s on s.id = c.scope_id
left join ledger_names p on p.id = c.partition_id
where f.name = @family and c.period_start_us = @start and t.moved >= @least and coalesce(p.name, '') = @partition
order by t.moved desc, s.scope limit @limit
