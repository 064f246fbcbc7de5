-- Says that a rate limit is only looked at.
--
-- changes: take_hi, take_lo
-- out: k, made_us, ADMITS_ALWAYS, writes, expiries, commands (not used)
take_hi, take_lo = 0, 0
local k, made_us, ADMITS_ALWAYS, writes, expiries, commands
