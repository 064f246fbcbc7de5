update ledger_events set event_id = @event, body = @body where id = @id
