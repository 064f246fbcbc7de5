select a.id, a.counter_id, a.scope_id, k.name, s.scope, p.name, a.budget_id, c.period_start_us
from ledger_anomalies a
join ledger_counters c on c.id = a.counter_id
join ledger_scopes s on s.id = a.scope_id
join ledger_names k on k.id = s.kind_id
left join ledger_names p on p.id = a.partition_id
where a.kind = 1 and a.calm_us = 0 and a.id > @after
order by a.id limit @limit
