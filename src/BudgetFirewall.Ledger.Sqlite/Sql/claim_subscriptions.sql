update ledger_event_subscriptions set claimed_until_us = @until, claimed_by = @owner
where id in (
  select s.id from ledger_event_subscriptions s
  where s.is_active = 1 and s.claimed_until_us <= @now and s.held_until_us <= @now
    and exists (select 1 from ledger_event_deliveries d where d.subscription_id = s.id and d.state = 0 and d.next_us <= @now)
  order by s.claimed_until_us limit @limit)
returning id
