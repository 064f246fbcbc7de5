-- Amounts are two limbs, hi * 10^9 + lo with lo below 10^9, packed as AMOUNT. Lua numbers are doubles, exact to 2^53 only; both limbs
-- always are. Nothing that a caller can pack is anything but two whole numbers; what is left to refuse is a limb out of its range.
local BASE, MAX_HI, MAX_LO = 1000000000, 9223372036, 854775807
local AMOUNT, AMOUNT_SIZE = '<I5I4', 9

local function refuse(what)
  error({err = 'BFARGUMENT ' .. what})
end
