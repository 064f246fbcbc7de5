select id from ledger_names where name = @name
