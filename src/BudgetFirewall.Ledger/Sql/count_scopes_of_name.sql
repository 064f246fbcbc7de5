select count(*) from ledger_scopes where scope = @scope
