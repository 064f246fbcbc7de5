-- Gives a counter read an amount as an allowance, or takes it back: no more than the allowance, and no more than is neither spent nor held of it and the limit.
--
-- in: total_hi, total_lo (spent and held), given_hi, given_lo (the amount), limit_hi, limit_lo (matter only where it is taken back)
-- in: is_revocation (1: it is taken back)
-- changes: allowance_hi, allowance_lo
-- out: moved_hi, moved_lo, is_too_much (the allowance would be more than a limit may be: nothing must be written)
local moved_hi, moved_lo, is_too_much = given_hi, given_lo, false
if is_revocation == 1 then
  local free_hi, free_lo = limit_hi + allowance_hi - total_hi, limit_lo + allowance_lo - total_lo
  if free_lo >= BASE then
    free_hi, free_lo = free_hi + 1, free_lo - BASE
  elseif free_lo < 0 then
    free_hi, free_lo = free_hi - 1, free_lo + BASE
  end
  if free_hi < 0 then
    free_hi, free_lo = 0, 0
  end
  if moved_hi > allowance_hi or (moved_hi == allowance_hi and moved_lo > allowance_lo) then
    moved_hi, moved_lo = allowance_hi, allowance_lo
  end
  if moved_hi > free_hi or (moved_hi == free_hi and moved_lo > free_lo) then
    moved_hi, moved_lo = free_hi, free_lo
  end
  allowance_hi, allowance_lo = allowance_hi - moved_hi, allowance_lo - moved_lo
  if allowance_lo < 0 then
    allowance_hi, allowance_lo = allowance_hi - 1, allowance_lo + BASE
  end
else
  allowance_hi, allowance_lo = allowance_hi + moved_hi, allowance_lo + moved_lo
  if allowance_lo >= BASE then
    allowance_hi, allowance_lo = allowance_hi + 1, allowance_lo - BASE
  end
  is_too_much = allowance_hi > MAX_ALLOWANCE_HI or (allowance_hi == MAX_ALLOWANCE_HI and allowance_lo > 0)
end
