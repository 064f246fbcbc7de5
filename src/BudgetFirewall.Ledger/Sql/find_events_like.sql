select id, event_id, body from ledger_events
where id > @after and (@part = '' or replace(event_id, @part, '') <> event_id or replace(body, @part, '') <> body)
order by id limit @limit
