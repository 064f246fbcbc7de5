select s.id from ledger_scopes s join ledger_names k on k.id = s.kind_id where k.name = @kind and s.scope = @scope
