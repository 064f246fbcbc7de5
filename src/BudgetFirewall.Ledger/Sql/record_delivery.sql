update ledger_event_deliveries
set state = @state, attempts = attempts + 1, next_us = @next, ended_us = @ended, last_status = @status, last_error = @error
where id = @id and state = 0
