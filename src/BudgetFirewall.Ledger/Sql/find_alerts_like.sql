select id, body from ledger_alerts
where id > @after and (@part = '' or replace(body, @part, '') <> body)
order by id limit @limit
