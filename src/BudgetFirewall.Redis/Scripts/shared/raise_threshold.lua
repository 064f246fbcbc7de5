-- Finds the least amount that has reached a fraction of a limit and an allowance together: (limit + allowance) * fraction / 10^6, rounded up. The fraction is
-- at most 10^8 millionths, so that with limbs of six digits no product or sum reaches 2^53.
--
-- in: warnings (begins as WARNINGS), allowance_hi, allowance_lo, fraction (millionths)
-- changes: least_hi, least_lo (of THRESHOLD)
local limit_hi, limit_lo = unpack_bytes(WARNINGS, warnings)
local whole_hi, whole_lo = limit_hi + allowance_hi, limit_lo + allowance_lo
if whole_lo >= BASE then
  whole_hi, whole_lo = whole_hi + 1, whole_lo - BASE
end
-- whole = high * 10^12 + middle * 10^6 + low
local above = whole_hi * 1000 + math.floor(whole_lo / MILLION)
local high, middle, low = math.floor(above / MILLION), above % MILLION, whole_lo % MILLION
-- The product is (high * fraction) * 10^6 + lower.
local product, lower = high * fraction, middle * fraction + math.ceil(low * fraction / MILLION)
least_hi, least_lo = math.floor(product / 1000) + math.floor(lower / BASE), (product % 1000) * MILLION + lower % BASE
if least_lo >= BASE then
  least_hi, least_lo = least_hi + 1, least_lo - BASE
end
