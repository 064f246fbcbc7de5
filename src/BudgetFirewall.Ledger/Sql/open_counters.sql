select p.name, f.name, s.scope, c.period_start_us, c.kept_until_us, t.moved, t.allowance
from ledger_counters c
join ledger_counter_totals t on t.counter_id = c.id
join ledger_families f on f.id = c.family_id
join ledger_scopes s on s.id = c.scope_id
left join ledger_names p on p.id = c.partition_id
where c.kept_until_us > @now
