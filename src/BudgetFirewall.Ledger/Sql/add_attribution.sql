insert into ledger_attributions (scopes) values (@scopes) returning id
