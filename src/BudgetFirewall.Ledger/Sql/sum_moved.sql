-- Whole units and the rest are added up apart, so that no sum passes 64 bits.
select coalesce(cast(sum(m.moved / 1000000000) as bigint), 0), coalesce(cast(sum(m.moved % 1000000000) as bigint), 0)
from ledger_entry_scopes s
join ledger_entries e on e.id = s.entry_id
join ledger_entry_counters m on m.entry_id = s.entry_id
where s.scope_id = @scope and s.entry_id >= @first and e.id >= @first and m.entry_id >= @first and m.counter_id = @counter and e.kind {among}
