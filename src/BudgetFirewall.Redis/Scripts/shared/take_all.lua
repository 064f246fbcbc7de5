-- Takes from every rate limit but shadows that would refuse.
--
-- in: ADMITS_ALWAYS (whether or not there is room), RATES (the argument that holds RATE_LIMITs), n, m, values, now_us, writes, expiries
-- changes: commands, shadows (nil, or true by the number of each limit that would have refused)
-- out: levels, is_short (one refuses)
local levels, is_short, made_us = '', false, now_us
for i = 1, m do
  local k = n + 2 + i
  local key, value = KEYS[k], values[k]
  --@include read_rate_limit, rate_limit
  if not has_room and not ADMITS_ALWAYS then
    if is_shadow ~= 1 then
      is_short = true
      break
    end
    shadows = shadows or {}
    shadows[n + i] = true
  end
  levels = levels .. level
end
