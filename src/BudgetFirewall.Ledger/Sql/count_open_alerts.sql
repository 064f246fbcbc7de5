select count(*) from ledger_alerts where rule = @rule and state <> 2
