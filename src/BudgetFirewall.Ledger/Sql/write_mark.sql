insert into ledger_state (name, value) values (@name, @value)
on conflict (name) do update set value = excluded.value
