-- Takes from every rate limit but shadows that would refuse.
--
-- in: ADMITS_ALWAYS (whether or not there is room), RATES (the argument that holds RATE_LIMITs), n, m, values, now_us, writes, expiries
-- changes: commands, shadows (nil, or true by the number of each limit that would have refused)
-- out: levels, is_short (one refuses), delay_us (the longest wait for a turn; 0: none), delays (nil, or true by the number of each limit that delays)
local levels, is_short, made_us, delay_us, delays = '', false, now_us, 0, nil
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
  elseif wait_us > 0 and not ADMITS_ALWAYS then
    delays = delays or {}
    delays[n + i] = true
    if wait_us > delay_us then
      delay_us = wait_us
    end
  end
  levels = levels .. level
end
