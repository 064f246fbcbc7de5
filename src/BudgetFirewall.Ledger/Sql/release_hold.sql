update ledger_event_subscriptions set held_until_us = 0 where id = @id
