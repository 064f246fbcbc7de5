select entry_id, field, salt, commitment from ledger_personal_texts where entry_id {among}
