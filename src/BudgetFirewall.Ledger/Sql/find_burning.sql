select id from ledger_anomalies where kind = 1 and calm_us = 0 and counter_id = @counter and budget_id = @budget limit 1
