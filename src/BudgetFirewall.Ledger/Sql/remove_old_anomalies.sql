delete from ledger_anomalies where hour_us < @before
