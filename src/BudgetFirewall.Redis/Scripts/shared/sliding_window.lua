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
local count, passed, taken, oldest_us, old_expiry_ms = 0, 0, 0, now_us, nil
local last_us, last_amount = 0, 0
local ends = redis.pcall('LRANGE', key, '-2', '-1')
if second < 1 then
  error({err = ARGUMENT .. ' a window must have a length'})
end
if ends.err and not string.find(ends.err, 'WRONGTYPE', 1, true) then
  error(ends)
end
if value or ends.err or #ends == 1 or (#ends == 2 and (#ends[1] ~= TAKEN_SIZE or #ends[2] ~= WINDOW_LOG_SIZE)) then
  error({err = CORRUPT .. ' ' .. key})
end
if #ends == 2 then
  local version
  version, count, passed, taken, oldest_us, old_expiry_ms = unpack_bytes(WINDOW_LOG, ends[2])
  last_us, last_amount = unpack_bytes(TAKEN, ends[1])
  if version ~= LAYOUT_VERSION or count <= passed or taken > CEILING or last_us > CEILING or oldest_us > last_us then
    error({err = CORRUPT .. ' ' .. key})
  end
  if last_us + second <= now_us then
    passed, taken = count, 0
  elseif oldest_us + second <= now_us then
    local read = FEW_TAKES
    repeat
      local oldest = call('LRANGE', key, passed, math.min(passed + read, count) - 1)
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
    until read == 0 or passed >= count or #oldest == 0
    if taken < 0 or read > 0 then
      error({err = CORRUPT .. ' ' .. key})
    end
  end
end
has_room = need == 0 or (need <= first - taken and pause_us == 0)
local wait_us, full_us = 0, 0
if need > first - taken and need > 0 and need <= first then
  local too_much, freed, read = need - (first - taken), passed, FEW_TAKES
  repeat
    local oldest = call('LRANGE', key, freed, math.min(freed + read, count) - 1)
    for at = 1, #oldest do
      local at_us, amount = unpack_bytes(TAKEN, oldest[at])
      too_much, wait_us = too_much - amount, at_us + second - now_us
      if too_much <= 0 then
        break
      end
    end
    freed, read = freed + #oldest, read * 4
  until too_much <= 0 or #oldest == 0
end
if (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  commands = commands or {}
  local made, amount, is_changed, is_appended = #commands, take_hi * BASE + take_lo, true, false
  local is_first = passed == count
  if amount > 0 then
    amount = math.min(amount, CEILING - taken)
    local slot_us = math.floor(second / EXACT_TAKES)
    if is_first then
      last_us, last_amount, oldest_us, count, passed = now_us, amount, now_us, 1, 0
      commands[made + 1] = {'DEL', key}
      commands[made + 2] = {'RPUSH', key, pack(TAKEN, last_us, last_amount)}
      is_appended = true
    elseif last_us >= now_us
      or (count - passed >= EXACT_TAKES and math.floor(last_us / slot_us) == math.floor(now_us / slot_us)) then
      last_us, last_amount = math.max(last_us, now_us), last_amount + amount
      if count - passed == 1 then
        oldest_us = last_us
      end
      commands[made + 1] = {'LSET', key, '-2', pack(TAKEN, last_us, last_amount)}
    else
      last_us, last_amount, count = now_us, amount, count + 1
      -- It takes the place of the log, which follows behind it.
      commands[made + 1] = {'LSET', key, '-1', pack(TAKEN, last_us, last_amount)}
      is_appended = true
    end
  elseif made_us + second > now_us and not is_first then
    local low, high = passed, count
    while low < high do
      local middle = math.floor((low + high) / 2)
      if unpack_bytes(TAKEN, call('LINDEX', key, middle)) < made_us then
        low = middle + 1
      else
        high = middle
      end
    end
    is_changed = low < count
    if is_changed then
      local at_us, at_amount = unpack_bytes(TAKEN, call('LINDEX', key, low))
      amount = math.max(amount, -at_amount)
      commands[made + 1] = {'LSET', key, low, pack(TAKEN, at_us, at_amount + amount)}
    end
  else
    is_changed = false
  end
  if is_changed then
    taken = taken + amount
    if passed >= MOST_PASSED then
      commands[#commands + 1] = {'LPOP', key, passed}
      count, passed = count - passed, 0
    end
    local window_end_ms = math.ceil((last_us + second) / 1000)
    local new_expiry_ms = old_expiry_ms
    if is_first or old_expiry_ms < window_end_ms then
      new_expiry_ms = window_end_ms + math.max(SLACK_MS, math.ceil(second / (1000 * LOG_SLACK)))
    end
    local log = pack(WINDOW_LOG, LAYOUT_VERSION, count, passed, taken, oldest_us, new_expiry_ms)
    commands[#commands + 1] = is_appended and {'RPUSH', key, log} or {'LSET', key, '-1', log}
    if new_expiry_ms ~= old_expiry_ms or is_first then
      commands[#commands + 1] = {'PEXPIREAT', key, string.format('%.0f', new_expiry_ms)}
    end
  end
end
if taken > 0 then
  full_us = last_us + second - now_us
  local back = 2
  while last_amount == 0 and back <= count - passed do
    back = back + 1
    local at_us, amount = unpack_bytes(TAKEN, call('LINDEX', key, -back))
    last_amount, full_us = amount, at_us + second - now_us
  end
end
level = pack(LEVEL, first - taken, math.max(wait_us, 0), math.max(full_us, 0))
