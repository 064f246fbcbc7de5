select coalesce((select value from ledger_state where name = 'erasures'), 0)
