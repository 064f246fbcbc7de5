select d.id, d.attempts, d.first_us, e.event_id, e.body
from ledger_event_deliveries d
join ledger_events e on e.id = d.event_row
where d.subscription_id = @subscription and d.state = 0 and d.next_us <= @now
order by d.id limit @limit
