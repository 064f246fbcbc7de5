insert into ledger_names (name) values (@name) returning id
