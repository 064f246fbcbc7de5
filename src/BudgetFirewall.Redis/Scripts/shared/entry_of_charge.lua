-- Makes what the script says of the entry of a spend or charge.
--
-- in: now_us, events (their number and the events)
-- out: entry_facts, made_key
local entry_facts, made_key = pack(ENTRY, now_us, 0, 0, 0) .. events, KEYS[2]
