delete from ledger_event_deliveries where state <> 0 and ended_us < @before
