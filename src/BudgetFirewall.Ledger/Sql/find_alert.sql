select id, body from ledger_alerts where alert_id = @alert
