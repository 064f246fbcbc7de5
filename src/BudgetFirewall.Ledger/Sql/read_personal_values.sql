select entry_id, scope_id, salt, commitment from ledger_personal_values where entry_id {among}
