 and exists (select 1 from ledger_attribution_scopes f where f.attribution_id = e.attribution_id and f.scope_id = @value)
