-- A sliding window: reads it as it stands now, judges it, and takes from it where that is to be done.
-- Takes of the same time are one, as are those in the same thousandth of the window once there are EXACT_TAKES: they count from the latest time,
-- so that the limit holds and at most about twice as many are kept. What is given back is taken out of the take that it was a part of.
-- Takes that have left the window are removed many at once.
-- A key that is not a string has no value here.
--
-- in: key, value (nil), first (the limit), second (the window's length), need, take_hi, take_lo, now_us
-- in: made_us (when what is given back was taken), ADMITS_ALWAYS
-- in: pause_us (what is left of a pause; 0: none)
-- changes: has_room, level, commands
local before, passed, taken, oldest_us, old_expiry_ms, last_us, last_amount = 0, 0, 0, now_us, nil, 0, 0
local is_empty = true
local log = redis.pcall('LINDEX', key, '-1')
if second < 1 then
  error({err = ARGUMENT .. ' a window must have a length'})
end
if log and log.err and not string.find(log.err, 'WRONGTYPE', 1, true) then
  error(log)
end
if value or (log and (log.err or #log ~= WINDOW_LOG_SIZE)) then
  error({err = CORRUPT .. ' ' .. key})
end
if log then
  local version
  version, before, passed, taken, oldest_us, old_expiry_ms, last_us, last_amount = unpack_bytes(WINDOW_LOG, log)
  if version ~= LAYOUT_VERSION or before < passed or taken > CEILING or last_us > CEILING or oldest_us > last_us or last_amount > taken then
    error({err = CORRUPT .. ' ' .. key})
  end
  if last_us + second <= now_us then
    taken = 0
  else
    is_empty = false
    if oldest_us + second <= now_us then
      local read = FEW_TAKES
      repeat
        local oldest = call('LRANGE', key, passed, math.min(passed + read, before) - 1)
        for at = 1, #oldest do
          if #oldest[at] ~= TAKEN_SIZE then
            error({err = CORRUPT .. ' ' .. key})
          end
          local at_us, amount = unpack_bytes(TAKEN, oldest[at])
          if at_us + second > now_us then
            oldest_us, read = at_us, 0
            break
          end
          passed, taken = passed + 1, taken - amount
        end
        read = read * 4
      until read == 0 or passed >= before or #oldest == 0
      if taken < last_amount or (read > 0 and passed < before) then
        error({err = CORRUPT .. ' ' .. key})
      end
      if read > 0 then
        oldest_us = last_us
      end
    end
  end
end
has_room = need == 0 or (need <= first - taken and pause_us == 0)
local wait_us, full_us = 0, 0
if need > first - taken and need > 0 and need <= first then
  local too_much, freed, read = need - (first - taken), passed, FEW_TAKES
  wait_us = math.max(last_us + second - now_us, 0)
  while freed < before and read > 0 do
    local oldest = call('LRANGE', key, freed, math.min(freed + read, before) - 1)
    for at = 1, #oldest do
      local at_us, amount = unpack_bytes(TAKEN, oldest[at])
      too_much = too_much - amount
      if too_much <= 0 then
        wait_us, read = math.max(at_us + second - now_us, 0), 0
        break
      end
    end
    freed, read = freed + #oldest, #oldest > 0 and read * 4 or 0
  end
end
if (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  commands = commands or {}
  local made, amount, is_changed, is_appended = #commands, take_hi * BASE + take_lo, true, false
  if amount > 0 then
    if amount > CEILING - taken then
      amount = CEILING - taken
    end
    if is_empty then
      last_us, last_amount, oldest_us, before, passed = now_us, amount, now_us, 0, 0
      commands[made + 1] = {'DEL', key}
      is_appended = true
    elseif last_us >= now_us
      or (before + 1 - passed >= EXACT_TAKES and last_us >= now_us - now_us % math.floor(second / EXACT_TAKES)) then
      last_us, last_amount = last_us > now_us and last_us or now_us, last_amount + amount
      if before == passed then
        oldest_us = last_us
      end
    else
      -- The former last take stands where the log was, which follows behind it.
      commands[made + 1] = {'LSET', key, '-1', pack(TAKEN, last_us, last_amount)}
      last_us, last_amount, before = now_us, amount, before + 1
      is_appended = true
    end
  elseif made_us + second > now_us and not is_empty then
    local low, high = passed, before
    while low < high do
      local middle = math.floor((low + high) / 2)
      if unpack_bytes(TAKEN, call('LINDEX', key, middle)) < made_us then
        low = middle + 1
      else
        high = middle
      end
    end
    if low < before then
      local at_us, at_amount = unpack_bytes(TAKEN, call('LINDEX', key, low))
      amount = math.max(amount, -at_amount)
      commands[made + 1] = {'LSET', key, low, pack(TAKEN, at_us, at_amount + amount)}
    else
      is_changed = last_us >= made_us
      amount = math.max(amount, -last_amount)
      last_amount = is_changed and last_amount + amount or last_amount
    end
  else
    is_changed = false
  end
  if is_changed then
    taken = taken + amount
    if passed >= MOST_PASSED then
      commands[#commands + 1] = {'LPOP', key, passed}
      before, passed = before - passed, 0
    end
    local window_end_ms = (last_us + second + 999 - (last_us + second + 999) % 1000) / 1000
    local new_expiry_ms = old_expiry_ms
    if is_empty or old_expiry_ms < window_end_ms then
      new_expiry_ms = window_end_ms + math.max(SLACK_MS, math.ceil(second / (1000 * LOG_SLACK)))
    end
    local new_log = pack(WINDOW_LOG, LAYOUT_VERSION, before, passed, taken, oldest_us, new_expiry_ms, last_us, last_amount)
    commands[#commands + 1] = is_appended and {'RPUSH', key, new_log} or {'LSET', key, '-1', new_log}
    if new_expiry_ms ~= old_expiry_ms or is_empty then
      commands[#commands + 1] = {'PEXPIREAT', key, string.format('%.0f', new_expiry_ms)}
    end
  end
end
if taken > 0 then
  full_us = last_us + second - now_us
  local back = 1
  while last_amount == 0 and back <= before - passed do
    back = back + 1
    local at_us, amount = unpack_bytes(TAKEN, call('LINDEX', key, -back))
    last_amount, full_us = amount, at_us + second - now_us
  end
end
level = pack(LEVEL, first - taken, wait_us, full_us > 0 and full_us or 0)
