update ledger_scopes set scope = @erased where id = @scope
