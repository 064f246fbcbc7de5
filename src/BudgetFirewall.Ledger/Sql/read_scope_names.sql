select id, scope from ledger_scopes where id {among}
