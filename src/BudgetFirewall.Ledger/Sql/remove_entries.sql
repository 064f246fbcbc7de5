delete from ledger_entries where id {among}
