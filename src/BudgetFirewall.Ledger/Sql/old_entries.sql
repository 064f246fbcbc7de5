select e.id from ledger_entries e where e.id >= @first and e.id < @end and e.kind = @kind order by e.id limit @limit
