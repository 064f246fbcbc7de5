-- Makes what the script says of the entry of an allowance that was given or taken back; where nothing was moved there is no entry.
--
-- in: now_us, moved_hi, moved_lo
-- out: entry_facts, made_key
local entry_facts, made_key = (moved_hi > 0 or moved_lo > 0) and pack(ENTRY, now_us, 0, moved_hi, moved_lo) .. '\0' or nil, KEYS[2]
