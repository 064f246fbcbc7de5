-- Makes what the script says of the entry of a correction, also where no counter was there any more.
--
-- in: now_us, taken (the amounts that were taken from the counters)
-- out: entry_facts, made_key
local entry_facts, made_key = pack(ENTRY, now_us, 0, 0, 0) .. '\0' .. taken, KEYS[2]
