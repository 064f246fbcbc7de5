-- A sliding window: reads it as it stands now, judges it, and takes from it where that is to be done.
-- Takes of the same time are one, as are those in the same thousandth of the window once there are EXACT_TAKES: they count from the latest time, so that the limit
-- holds and at most about twice as many are kept. What is given back is taken out of the take that it was a part of. Takes that have left the window stay in the value
-- until they are more than the others.
--
-- in: key, value (nil: nothing is taken), k (the key's number), first (the limit), second (the window's length), need, take_hi, take_lo, now_us
-- in: made_us (when what is given back was taken), ADMITS_ALWAYS, writes, expiries
-- changes: has_room, level, patches
local count, passed, taken, old_expiry_ms = 0, 0, 0, nil
local last_us, last_amount = 0, 0
if second < 1 then
  error({err = ARGUMENT .. ' a window must have a length'})
end
if value then
  local version
  count = (#value - WINDOW_LOG_SIZE) / TAKEN_SIZE
  if count < 1 or count % 1 ~= 0 then
    error({err = CORRUPT .. ' ' .. key})
  end
  version, passed, taken, old_expiry_ms = unpack_bytes(WINDOW_LOG, value)
  if version ~= LAYOUT_VERSION or passed > count or taken > CEILING then
    error({err = CORRUPT .. ' ' .. key})
  end
  last_us, last_amount = unpack_bytes(TAKEN, value, #value - TAKEN_SIZE + 1)
  if last_us + second <= now_us then
    passed, taken = count, 0
  end
  while passed < count do
    local at_us, amount = unpack_bytes(TAKEN, value, WINDOW_LOG_SIZE + passed * TAKEN_SIZE + 1)
    if at_us + second > now_us then
      break
    end
    passed, taken = passed + 1, taken - amount
  end
  if taken < 0 or last_us > CEILING then
    error({err = CORRUPT .. ' ' .. key})
  end
elseif call('EXISTS', key) == 1 then
  error({err = CORRUPT .. ' ' .. key})
end
has_room = need == 0 or need <= first - taken
local wait_us, full_us = 0, 0
if not has_room and need <= first then
  local too_much, freed_at = need - (first - taken), passed
  while too_much > 0 and freed_at < count do
    local at_us, amount = unpack_bytes(TAKEN, value, WINDOW_LOG_SIZE + freed_at * TAKEN_SIZE + 1)
    too_much, freed_at, wait_us = too_much - amount, freed_at + 1, at_us + second - now_us
  end
end
if (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  local amount, written_at = take_hi * BASE + take_lo, nil
  local written_us, written_amount
  if amount > 0 then
    amount = math.min(amount, CEILING - taken)
    written_at, written_us, written_amount = count, now_us, amount
    local slot_us = second / EXACT_TAKES
    if passed < count and (last_us >= now_us
      or (count - passed >= EXACT_TAKES and math.floor(last_us / slot_us) == math.floor(now_us / slot_us))) then
      written_at, written_us, written_amount = count - 1, math.max(last_us, now_us), last_amount + amount
    end
    last_us, last_amount = written_us, written_amount
  elseif made_us + second > now_us then
    local low, high = passed, count
    while low < high do
      local middle = math.floor((low + high) / 2)
      if unpack_bytes(TAKEN, value, WINDOW_LOG_SIZE + middle * TAKEN_SIZE + 1) < made_us then
        low = middle + 1
      else
        high = middle
      end
    end
    if low < count then
      written_us, written_amount = unpack_bytes(TAKEN, value, WINDOW_LOG_SIZE + low * TAKEN_SIZE + 1)
      amount = math.max(amount, -written_amount)
      written_at, written_amount = low, written_amount + amount
      if low == count - 1 then
        last_amount = written_amount
      end
    end
  end
  if written_at then
    taken = taken + amount
    local bytes, end_ms = pack(TAKEN, written_us, written_amount), math.ceil((last_us + second) / 1000)
    if old_expiry_ms and old_expiry_ms >= end_ms and passed * 2 <= count then
      writes[k] = pack(WINDOW_LOG, LAYOUT_VERSION, passed, taken, old_expiry_ms)
      patches = patches or {}
      local at = #patches
      patches[at + 1], patches[at + 2], patches[at + 3] = key, string.format('%.0f', WINDOW_LOG_SIZE + written_at * TAKEN_SIZE), bytes
    else
      local kept = value and sub(value, WINDOW_LOG_SIZE + passed * TAKEN_SIZE + 1, WINDOW_LOG_SIZE + written_at * TAKEN_SIZE) or ''
      local behind = value and sub(value, WINDOW_LOG_SIZE + (written_at + 1) * TAKEN_SIZE + 1) or ''
      if not old_expiry_ms or old_expiry_ms < end_ms then
        old_expiry_ms = end_ms + math.max(SLACK_MS, math.ceil(second / (1000 * LOG_SLACK)))
      end
      expiries[k] = old_expiry_ms
      writes[k] = pack(WINDOW_LOG, LAYOUT_VERSION, 0, taken, old_expiry_ms) .. kept .. bytes .. behind
    end
  end
end
if taken > 0 then
  full_us = last_us + second - now_us
  if last_amount == 0 then
    local at_us, amount
    local last_at = count
    repeat
      last_at = last_at - 1
      at_us, amount = unpack_bytes(TAKEN, value, WINDOW_LOG_SIZE + last_at * TAKEN_SIZE + 1)
    until amount > 0 or last_at <= passed
    full_us = math.max(at_us + second - now_us, 0)
  end
end
level = pack(LEVEL, first - taken, math.max(wait_us, 0), full_us)
