update ledger_events set event_id = @next_event, body = replace(body, @former, @next) where event_id = @former_event
