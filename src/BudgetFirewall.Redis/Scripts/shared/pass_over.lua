-- Asks nothing of a queue whose throttled budget has room within its limit, and takes nothing from it.
--
-- in: i (the rate limit's number), is_passed (nil, or by a rate limit's number whether it is such a queue)
-- changes: need, take_hi, take_lo
if is_passed and is_passed[i] then
  need, take_hi, take_lo = 0, 0, 0
end
