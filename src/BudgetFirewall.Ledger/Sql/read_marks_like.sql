select name, value from ledger_state where name like @like
