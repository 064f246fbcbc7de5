delete from ledger_event_subscriptions where id = @id
