delete from ledger_entry_scopes
where (scope_id, entry_id) in (
  select a.scope_id, e.id from ledger_entries e join ledger_attribution_scopes a on a.attribution_id = e.attribution_id where e.id {among})
