select scope_id, amount_nanos from ledger_scope_rollups
where kind_id = @kind and quarter = @quarter and scope_id {among}
