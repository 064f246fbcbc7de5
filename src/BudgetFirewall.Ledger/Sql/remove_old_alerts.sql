delete from ledger_alerts where state = 2 and last_us < @before
