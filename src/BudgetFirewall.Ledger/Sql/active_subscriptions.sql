select id, types, scopes from ledger_event_subscriptions where is_active = 1 order by id
