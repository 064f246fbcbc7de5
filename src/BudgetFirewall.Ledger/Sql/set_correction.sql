update ledger_corrections
set correction_id = @correction, operation_scope = @scope, actor = case when actor is null then null else @actor end, reason = case when reason is null then null else @reason end, fingerprint = @fingerprint
where id = @id
