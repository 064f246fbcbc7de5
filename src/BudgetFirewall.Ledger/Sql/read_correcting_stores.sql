select distinct store_id from ledger_corrections where store_id is not null
