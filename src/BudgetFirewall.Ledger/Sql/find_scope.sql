select id from ledger_scopes where kind_id = @kind and scope = @scope
