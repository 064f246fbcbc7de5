-- Makes what the script says of the entry of a commit, which makes no record: that of its reservation is there.
--
-- in: now_us, is_late, event_count, events
-- out: entry_facts, made_key
local entry_facts, made_key = pack(ENTRY, now_us, is_late and 1 or 0, 0, 0) .. string.char(event_count) .. events, nil
