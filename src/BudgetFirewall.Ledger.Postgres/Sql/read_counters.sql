-- Each counter is looked for by itself: joined, the server reads all counters that the ledger has for those of one page.
select m.entry_id, f.name, k.name, s.scope, c.period_start_us, f.unit, m.moved
from ledger_entry_counters m
cross join lateral (select n.family_id, n.scope_id, n.period_start_us from ledger_counters n where n.id = m.counter_id offset 0) c
join ledger_families f on f.id = c.family_id
join ledger_scopes s on s.id = c.scope_id
join ledger_names k on k.id = f.kind_id
where m.entry_id in ({list})
order by m.entry_id, m.counter_id
