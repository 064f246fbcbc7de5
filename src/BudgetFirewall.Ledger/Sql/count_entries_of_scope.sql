select count(*) from ledger_entry_scopes where scope_id = @scope
