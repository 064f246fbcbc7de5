select id, body from ledger_alerts where source = @source and rule = @rule and group_key = @group order by id desc limit 1
