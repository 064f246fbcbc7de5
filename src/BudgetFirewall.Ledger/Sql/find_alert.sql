select id, body from ledger_alerts where source = @source and alert_id = @alert
