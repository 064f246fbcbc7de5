insert into ledger_families (name, kind_id, unit) values (@name, @kind, nullif(@unit, '')) returning id
