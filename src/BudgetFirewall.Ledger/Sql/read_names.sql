select id, name from ledger_names where id {among}
