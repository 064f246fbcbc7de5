update ledger_event_deliveries set state = 0, attempts = 0, first_us = @now, next_us = @now, ended_us = 0 where id = @id and subscription_id = @subscription
