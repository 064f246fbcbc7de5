select id, last_error from ledger_event_deliveries
where id > @after and last_error <> '' and (@part = '' or replace(last_error, @part, '') <> last_error)
order by id limit @limit
