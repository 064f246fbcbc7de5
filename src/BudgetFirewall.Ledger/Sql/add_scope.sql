insert into ledger_scopes (kind_id, scope) values (@kind, @scope) returning id
