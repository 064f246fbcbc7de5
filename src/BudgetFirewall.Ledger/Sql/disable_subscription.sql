update ledger_event_subscriptions set is_active = 0, disabled_reason = @reason where id = @id
