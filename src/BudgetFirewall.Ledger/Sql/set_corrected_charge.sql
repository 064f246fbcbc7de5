update ledger_corrections
set charge_id = @next, fingerprint = case when applied_us is null then fingerprint else @fingerprint end
where charge_id = @former
