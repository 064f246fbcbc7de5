delete from ledger_personal_values where entry_id {among}
