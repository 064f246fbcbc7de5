update ledger_anomalies set budget_id = @text where id = @id
