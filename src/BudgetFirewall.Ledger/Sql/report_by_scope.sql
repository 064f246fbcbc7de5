-- Whole currency units and the rest are added up apart, so that no sum passes 64 bits.
select r.scope_id, (r.quarter + @offset) / @width,
  cast(sum(r.amount_nanos / 1000000000) as bigint), cast(sum(r.amount_nanos % 1000000000) as bigint), cast(sum(r.calls) as bigint),
  cast(sum(r.allocated_nanos / 1000000000) as bigint), cast(sum(r.allocated_nanos % 1000000000) as bigint)
from ledger_scope_rollups r
where r.kind_id = @kind and r.quarter >= @from and r.quarter < @to
group by 1, 2
