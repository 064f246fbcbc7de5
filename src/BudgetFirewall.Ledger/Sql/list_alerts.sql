select id, body from ledger_alerts where source = @source and id < @before and (@state < 0 or state = @state) order by id desc limit @limit
