-- Says that a rate limit is only looked at.
--
-- in: now_us
-- changes: take_hi, take_lo
-- out: k, made_us, ADMITS_ALWAYS, writes, expiries, commands (not used)
take_hi, take_lo = 0, 0
local k, made_us, ADMITS_ALWAYS, writes, expiries, commands = 0, now_us, false, nil, nil, nil
