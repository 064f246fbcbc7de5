update ledger_entries set actor_id = @name where id = @entry
