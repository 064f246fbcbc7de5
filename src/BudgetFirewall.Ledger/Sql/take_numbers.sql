insert into ledger_state (name, value) values ('entries', @count)
on conflict (name) do update set value = ledger_state.value + @count
returning value
