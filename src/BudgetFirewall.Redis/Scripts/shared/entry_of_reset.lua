-- Makes what the script says of the entry of a reset; where nothing was spent there is no entry.
--
-- in: now_us, spent_hi, spent_lo
-- out: entry_facts, made_key
local entry_facts, made_key = (spent_hi > 0 or spent_lo > 0) and pack(ENTRY, now_us, 0, spent_hi, spent_lo) .. '\0' or nil, KEYS[3]
