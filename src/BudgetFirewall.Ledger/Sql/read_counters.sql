select m.entry_id, f.name, k.name, s.scope, c.period_start_us, f.unit, m.moved
from ledger_entry_counters m
join ledger_counters c on c.id = m.counter_id
join ledger_families f on f.id = c.family_id
join ledger_scopes s on s.id = c.scope_id
join ledger_names k on k.id = f.kind_id
where m.entry_id in ({list})
order by m.entry_id, m.counter_id
