select number, time_us, entries, personal_values, kind, erased_by, reason from ledger_erasures order by number
