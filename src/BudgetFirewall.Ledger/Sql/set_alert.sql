update ledger_alerts set group_key = @group, body = @body where id = @id
