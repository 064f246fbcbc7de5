insert into ledger_state (name, value) values ('erasures', 1)
on conflict (name) do update set value = ledger_state.value + 1
returning value
