update ledger_event_subscriptions set claimed_until_us = @until, held_until_us = @held where id = @id and claimed_by = @owner
