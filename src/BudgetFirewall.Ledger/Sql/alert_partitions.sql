select p.name from ledger_names p
where p.name > @after and exists (select 1 from ledger_counters c where c.partition_id = p.id and c.kept_until_us > @now)
order by p.name limit @limit
