update ledger_entries set operation_id = @text, operation_scope_id = @name where id = @entry
