update ledger_anomalies set seen = @seen where id = @id
