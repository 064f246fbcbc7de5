select id, body from ledger_alerts where source = @source and state in (0, 1) and (@kinds = 0 or kinds & @kinds <> 0) and id > @after order by id limit @limit
