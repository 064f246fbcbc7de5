select p.name, o.name, e.operation_id, e.kind, e.time_us, e.amount_nanos, e.flags, m.moved
from ledger_entries e
left join ledger_names p on p.id = e.partition_id
left join ledger_names o on o.id = e.operation_scope_id
left join ledger_entry_counters m on m.entry_id = e.id and e.kind = 6
where e.id >= @first and e.time_us >= @from and e.kind in (1, 2, 3, 6)
order by e.id desc limit @limit
