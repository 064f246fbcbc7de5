select former_id from ledger_erased_entries where former_id {among}
