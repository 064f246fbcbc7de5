insert into ledger_versions (version) values (@version)
