-- Finds out whether a counter's total with an amount more would reach 2^63.
--
-- in: amount_hi, amount_lo
-- changes: total_hi, total_lo
-- out: is_over
total_hi, total_lo = total_hi + amount_hi, total_lo + amount_lo
if total_lo >= BASE then
  total_hi, total_lo = total_hi + 1, total_lo - BASE
end
local is_over = total_hi > MAX_HI or (total_hi == MAX_HI and total_lo > MAX_LO)
