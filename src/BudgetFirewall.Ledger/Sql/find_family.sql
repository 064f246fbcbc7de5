select id from ledger_families where name = @name
