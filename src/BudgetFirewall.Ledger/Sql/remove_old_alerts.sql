delete from ledger_alerts where source = @source and state = 2 and last_us < @before
