select entry_id, counter_id, moved from ledger_entry_counters where entry_id {among} order by entry_id, counter_id
