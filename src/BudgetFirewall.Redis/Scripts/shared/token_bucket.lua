-- A token bucket: reads it as it stands now, judges it, and takes from it where that is to be done.
-- Its key lives until the bucket is full again, which is what a missing key says, and a little longer, so that most writes leave the expiry as it is.
-- A bucket that never refills stays.
--
-- in: key, value (nil: full), k (the key's number), first (capacity), second (refill a second), need, take_hi, take_lo, now_us
-- in: ADMITS_ALWAYS, writes, expiries
-- changes: has_room, level
local capacity, refill = first, second
if capacity > CEILING or refill > CEILING then
  error({err = ARGUMENT .. ' a bucket is too large'})
end
local micros, picos, at_us, old_expiry_ms = capacity, 0, now_us, nil
if value then
  local version
  if #value ~= BUCKET_SIZE then
    error({err = CORRUPT .. ' ' .. key})
  end
  version, micros, picos, at_us, old_expiry_ms = unpack_bytes(BUCKET, value)
  if version ~= LAYOUT_VERSION or picos >= MILLION or micros < FLOOR then
    error({err = CORRUPT .. ' ' .. key})
  end
  local elapsed = now_us - at_us
  if micros >= capacity then
    micros, picos = capacity, 0
  elseif elapsed > 0 and refill > 0 then
    local product = elapsed * refill + picos
    if product < CEILING then
      picos = product % MILLION
      micros = micros + (product - picos) / MILLION
    else
      -- The product may pass 2^53: it is taken apart at 10^6 on both sides.
      local e0, f0 = elapsed % MILLION, refill % MILLION
      local e1, f1 = (elapsed - e0) / MILLION, (refill - f0) / MILLION
      if e1 * f1 > 19000000000 then
        micros = capacity
      else
        local small = e0 * f0 + picos
        picos = small % MILLION
        local a, b = e0 * f1, e1 * f0
        local a0, b0, m0, c0 = a % MILLION, b % MILLION, micros % MILLION, capacity % MILLION
        local lo = a0 + b0 + m0 + (small - picos) / MILLION
        local l0 = lo % MILLION
        local hi = e1 * f1 + (a - a0) / MILLION + (b - b0) / MILLION + (micros - m0) / MILLION + (lo - l0) / MILLION
        local c1 = (capacity - c0) / MILLION
        if hi > c1 or (hi == c1 and l0 >= c0) then
          micros = capacity
        else
          micros = hi * MILLION + l0
        end
      end
    end
    if micros >= capacity then
      micros, picos = capacity, 0
    end
  end
  if at_us < now_us then
    at_us = now_us
  end
elseif call('EXISTS', key) == 1 then
  error({err = CORRUPT .. ' ' .. key})
end
has_room = need <= micros or need == 0
if (has_room or ADMITS_ALWAYS) and (take_hi ~= 0 or take_lo ~= 0) then
  -- In two parts, as no double holds all of what may be taken.
  micros = micros - take_hi * BASE
  if micros < FLOOR then
    micros, picos = FLOOR, 0
  end
  micros = micros - take_lo
  if micros < FLOOR then
    micros, picos = FLOOR, 0
  elseif micros >= capacity then
    micros, picos = capacity, 0
  end
  local full_ms = 0
  if refill > 0 then
    full_ms = math.min(math.ceil((at_us + (capacity - micros) / refill * MILLION) / 1000) + 1, LATEST_MS)
  end
  if not old_expiry_ms or full_ms > old_expiry_ms or (full_ms == 0) ~= (old_expiry_ms == 0) then
    old_expiry_ms = full_ms == 0 and 0 or full_ms + SLACK_MS
    expiries[k] = old_expiry_ms
  end
  writes[k] = pack(BUCKET, LAYOUT_VERSION, micros, picos, at_us, old_expiry_ms)
end
level = pack(LEVEL, micros, picos, at_us - now_us)
