select t.counter_id, p.name, f.name, k.name, s.scope, c.period_start_us, f.unit, t.moved
from ledger_counter_totals t
join ledger_counters c on c.id = t.counter_id
join ledger_families f on f.id = c.family_id
join ledger_scopes s on s.id = c.scope_id
join ledger_names k on k.id = f.kind_id
left join ledger_names p on p.id = c.partition_id
where t.counter_id > @after and (c.period_start_us >= @from or c.period_start_us = @none)
order by t.counter_id
limit @limit
