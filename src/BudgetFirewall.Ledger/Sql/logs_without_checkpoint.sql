select n.name from ledger_trees t
left join ledger_names n on n.id = t.partition_id
where t.size <> (select coalesce(max(c.tree_size), 0) from ledger_checkpoints c where c.partition_id = t.partition_id)
