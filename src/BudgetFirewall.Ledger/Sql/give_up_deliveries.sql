update ledger_event_deliveries set state = 2, ended_us = @now, last_error = @reason where state = 0 and first_us < @before
