delete from ledger_personal_texts where entry_id {among}
