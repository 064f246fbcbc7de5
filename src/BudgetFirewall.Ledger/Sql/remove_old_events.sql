delete from ledger_events where recorded_us < @before and not exists (select 1 from ledger_event_deliveries d where d.event_row = ledger_events.id)
