select value from ledger_state where name = @name
