select a.id, a.kind, k.name, s.scope, a.hour_us, a.end_us, a.found_us, a.seen, a.expected, a.threshold, a.scale, a.growth, a.basis, a.samples, p.name, a.budget_id, a.unit
from ledger_anomalies a
join ledger_scopes s on s.id = a.scope_id
join ledger_names k on k.id = s.kind_id
left join ledger_names p on p.id = a.partition_id
where a.id < @before and a.hour_us >= @from and a.hour_us < @to and (@scope < 0 or a.scope_id = @scope) and (@kind < 0 or a.kind = @kind)
order by a.id desc limit @limit
