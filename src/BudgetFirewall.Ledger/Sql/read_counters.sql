select c.id, f.name, k.name, s.scope, c.period_start_us, f.unit
from ledger_counters c
join ledger_families f on f.id = c.family_id
join ledger_scopes s on s.id = c.scope_id
join ledger_names k on k.id = f.kind_id
where c.id {among}
