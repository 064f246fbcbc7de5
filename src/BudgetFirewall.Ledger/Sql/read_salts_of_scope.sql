select entry_id, salt from ledger_personal_values
where scope_id = @scope and salt is not null and entry_id > @after
order by entry_id limit @limit
