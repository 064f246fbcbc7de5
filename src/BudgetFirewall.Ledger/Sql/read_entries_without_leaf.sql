select e.id from ledger_entries e
where e.partition_id = @partition and e.id > @after and not exists (
  select 1 from ledger_leaves l where l.entry_id = e.id and l.partition_id = e.partition_id and l.is_removed = 0 and l.leaf_index >= 0 and l.leaf_index < @size)
order by e.id limit @limit
