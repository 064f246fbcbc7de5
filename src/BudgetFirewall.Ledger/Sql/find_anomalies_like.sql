select id, budget_id from ledger_anomalies
where id > @after and budget_id is not null and (@part = '' or replace(budget_id, @part, '') <> budget_id)
order by id limit @limit
