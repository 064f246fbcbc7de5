select number, personal_values from ledger_erasures
