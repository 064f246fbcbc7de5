select id, name, kind, url, types, scopes, secret, former_secret, former_until_us, is_active, disabled_reason, created_us
from ledger_event_subscriptions
where @id = '' or id = @id
order by created_us, id
