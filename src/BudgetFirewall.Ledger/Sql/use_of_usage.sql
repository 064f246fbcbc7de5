select s.scope, e.usage
from ledger_entries e
join ledger_attribution_scopes g on g.attribution_id = e.attribution_id and g.kind_id = @kind
join ledger_scopes s on s.id = g.scope_id
where e.id >= @first and e.id < @end and e.time_us >= @from and e.time_us < @to and e.kind in (1, 2, 3) and e.usage is not null{filters}
