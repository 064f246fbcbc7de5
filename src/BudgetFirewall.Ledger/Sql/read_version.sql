select coalesce(max(version), 0) from ledger_versions
