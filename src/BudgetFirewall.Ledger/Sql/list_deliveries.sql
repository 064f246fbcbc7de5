select d.id, e.event_id, e.type, d.state, d.attempts, d.created_us, d.next_us, d.ended_us, d.last_status, d.last_error
from ledger_event_deliveries d
join ledger_events e on e.id = d.event_row
where d.subscription_id = @subscription and d.id < @before and (@state < 0 or d.state = @state)
order by d.id desc limit @limit
