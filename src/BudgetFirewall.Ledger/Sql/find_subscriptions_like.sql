select 0, name, url, scopes from ledger_event_subscriptions
where @part = '' or replace(name, @part, '') <> name or replace(url, @part, '') <> url or replace(scopes, @part, '') <> scopes
