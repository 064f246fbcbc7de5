select s.kind, p.name, s.name, s.content, s.version, s.expires_us
from ledger_store_state s
left join ledger_names p on p.id = s.partition_id
order by s.version
