select id, body from ledger_alerts where id < @before and (@state < 0 or state = @state) order by id desc limit @limit
