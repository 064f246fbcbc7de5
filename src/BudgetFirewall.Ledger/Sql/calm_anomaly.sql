update ledger_anomalies set calm_us = @now where id = @id
