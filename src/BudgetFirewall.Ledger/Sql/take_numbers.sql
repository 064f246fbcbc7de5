insert into ledger_state (name, value) values ('entries', @count)
on conflict (name) do update set value = ledger_state.value + @count
returning value,
  coalesce((select s.value from ledger_state s where s.name = 'erasures'), 0),
  coalesce((select s.value from ledger_state s where s.name = 'erased_entries_until'), 0),
  (select max(v.version) from ledger_versions v)
