-- Says that a rate limit is only looked at.
--
-- changes: take_hi, take_lo
-- out: k, ADMITS_ALWAYS, writes, expiries (not used)
take_hi, take_lo = 0, 0
local k, ADMITS_ALWAYS, writes, expiries
