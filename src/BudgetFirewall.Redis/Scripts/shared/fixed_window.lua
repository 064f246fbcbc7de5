-- A fixed window: reads it as it stands now, judges it, and takes from it where that is to be done.
-- After the clock was set back the window that was taken from last goes on: the same time does not count twice. Its key lives until the window
-- ends, and a little longer, so that writes within it leave the expiry as it is.
--
-- in: key, value (nil: nothing is taken), k (the key's number), first (the limit), second (a window's length), third (the start of a window, or CEILING)
-- in: need, take_hi, take_lo, now_us, made_us (when what is given back was taken), ADMITS_ALWAYS, writes, expiries
-- in: pause_us (what is left of a pause; 0: none)
-- changes: has_room, level
local start_us, last_us, taken, old_expiry_ms = 0, 0, 0, nil
if second < 1 then
  error({err = ARGUMENT .. ' a window must have a length'})
end
if value then
  local version
  if #value ~= WINDOW_SUM_SIZE then
    error({err = CORRUPT .. ' ' .. key})
  end
  version, start_us, last_us, taken, old_expiry_ms = unpack_bytes(WINDOW_SUM, value)
  if version ~= LAYOUT_VERSION or taken > CEILING or start_us > last_us or last_us > CEILING then
    error({err = CORRUPT .. ' ' .. key})
  end
elseif call('EXISTS', key) == 1 then
  error({err = CORRUPT .. ' ' .. key})
end
local present_us, window_end_us
if third == CEILING then
  present_us = taken > 0 and now_us < start_us + second and start_us or now_us
  window_end_us = present_us + second
else
  local at_us = taken > 0 and last_us > now_us and last_us or now_us
  present_us = at_us - (at_us - third) % second
  window_end_us = present_us + second
end
if last_us < present_us then
  taken = 0
end
if taken == 0 or start_us < present_us then
  start_us = present_us
end
has_room = need == 0 or (need <= first - taken and pause_us == 0)
if (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  local amount = take_hi * BASE + take_lo
  if amount > 0 or (taken > 0 and made_us >= start_us) then
    taken = math.min(math.max(taken + amount, 0), CEILING)
    if amount > 0 and last_us < now_us then
      last_us = now_us
    end
    local window_end_ms = math.ceil(window_end_us / 1000)
    if not old_expiry_ms or old_expiry_ms < window_end_ms then
      old_expiry_ms = window_end_ms + SLACK_MS
      expiries[k] = old_expiry_ms
    end
    writes[k] = pack(WINDOW_SUM, LAYOUT_VERSION, start_us, last_us, taken, old_expiry_ms)
  end
end
level = pack(LEVEL, first - taken, 0, taken > 0 and window_end_us - now_us or 0)
