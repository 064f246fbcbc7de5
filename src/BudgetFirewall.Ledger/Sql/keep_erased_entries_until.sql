insert into ledger_state (name, value) values ('erased_entries_until', @until)
on conflict (name) do update set value = @until
