-- Adds up spent and held.
--
-- in: spent_hi, spent_lo, held_hi, held_lo
-- out: total_hi, total_lo
local total_hi, total_lo = spent_hi + held_hi, spent_lo + held_lo
if total_lo >= BASE then
  total_hi, total_lo = total_hi + 1, total_lo - BASE
end
