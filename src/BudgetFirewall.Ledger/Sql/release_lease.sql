delete from ledger_leases where name = @name and owner = @owner
