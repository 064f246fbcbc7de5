update ledger_event_deliveries set last_error = @text where id = @id
