-- Whole currency units and the rest are added up apart, so that no sum passes 64 bits.
select count(*), coalesce(cast(sum(e.amount_nanos / 1000000000) as bigint), 0), coalesce(cast(sum(e.amount_nanos % 1000000000) as bigint), 0)
from ledger_entry_scopes s
join ledger_entries e on e.id = s.entry_id
where s.scope_id = @scope and s.entry_id >= @first and s.entry_id < @end and e.id >= @first and e.id < @end and e.time_us >= @from and e.time_us < @to and e.kind in ({list}){filters}
