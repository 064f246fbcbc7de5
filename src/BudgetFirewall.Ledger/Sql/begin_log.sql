insert into ledger_log_start (only_row, after_entry) select 1, coalesce(max(id), -1) from ledger_entries where true on conflict (only_row) do nothing
