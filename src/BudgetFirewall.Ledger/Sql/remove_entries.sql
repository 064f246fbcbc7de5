delete from ledger_entries where id in ({list})
