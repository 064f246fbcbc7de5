select count(*) from ledger_alerts where source = @source and rule = @rule and state <> 2
