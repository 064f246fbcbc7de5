-- Whole currency units and the rest are added up apart, so that no sum passes 64 bits.
select g0.scope_id, g1.scope_id, g2.scope_id, g3.scope_id, e.slot, cast(sum(e.whole) as bigint), cast(sum(e.rest) as bigint), cast(sum(e.calls) as bigint),
  cast(sum(e.allocated_whole) as bigint), cast(sum(e.allocated_rest) as bigint)
from (
  select r.attribution_id, (r.quarter + @offset) / @width as slot,
    sum(r.amount_nanos / 1000000000) as whole, sum(r.amount_nanos % 1000000000) as rest, sum(r.calls) as calls,
    sum(r.allocated_nanos / 1000000000) as allocated_whole, sum(r.allocated_nanos % 1000000000) as allocated_rest
  from ledger_rollups r
  where r.quarter >= @from and r.quarter < @to
  group by 1, 2) e
left join ledger_attribution_scopes g0 on g0.attribution_id = e.attribution_id and g0.kind_id = @kind0
left join ledger_attribution_scopes g1 on g1.attribution_id = e.attribution_id and g1.kind_id = @kind1
left join ledger_attribution_scopes g2 on g2.attribution_id = e.attribution_id and g2.kind_id = @kind2
left join ledger_attribution_scopes g3 on g3.attribution_id = e.attribution_id and g3.kind_id = @kind3
where true{filters}
group by 1, 2, 3, 4, 5
