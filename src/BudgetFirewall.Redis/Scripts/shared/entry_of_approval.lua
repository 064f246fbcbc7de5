-- Makes what the script says of the entry of an allowance that was approved.
--
-- in: now_us, amount_hi, amount_lo
-- out: entry_facts, made_key
local entry_facts, made_key = pack(ENTRY, now_us, 0, amount_hi, amount_lo) .. '\0', nil
