delete from ledger_corrections where applied_us is not null and charge_us < @before
