-- Whole currency units and the rest are added up apart, so that no sum passes 64 bits.
select cast(a.scopes{json} ->> @kind0 as bigint), cast(a.scopes{json} ->> @kind1 as bigint), cast(a.scopes{json} ->> @kind2 as bigint), cast(a.scopes{json} ->> @kind3 as bigint),
  e.slot, cast(sum(e.whole) as bigint), cast(sum(e.rest) as bigint), cast(sum(e.calls) as bigint), cast(sum(e.allocated_whole) as bigint), cast(sum(e.allocated_rest) as bigint)
from (
  select r.attribution_id, (r.quarter + @offset) / @width as slot,
    sum(r.amount_nanos / 1000000000) as whole, sum(r.amount_nanos % 1000000000) as rest, sum(r.calls) as calls,
    sum(r.allocated_nanos / 1000000000) as allocated_whole, sum(r.allocated_nanos % 1000000000) as allocated_rest
  from ledger_rollups r
  where r.quarter >= @from and r.quarter < @to
  group by 1, 2) e
left join ledger_attributions a on a.id = e.attribution_id
where true{filters}
group by 1, 2, 3, 4, 5
