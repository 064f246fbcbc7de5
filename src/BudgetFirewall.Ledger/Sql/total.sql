-- Whole currency units and the rest are added up apart, so that no sum passes 64 bits.
select count(*), coalesce(cast(sum(e.amount_nanos / 1000000000) as bigint), 0), coalesce(cast(sum(e.amount_nanos % 1000000000) as bigint), 0)
from ledger_entries e
where e.id >= @first and e.id < @end and e.time_us >= @from and e.time_us < @to and e.kind in ({list}){filters}
