delete from ledger_event_deliveries where subscription_id = @id
