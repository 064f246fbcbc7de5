select count(*) from ledger_erasures where number = @number and kind = @kind
