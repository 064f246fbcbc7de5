-- Takes from a bucket read where that is to be done.
-- Its key lives until the bucket is full again, which is what a missing key says, and a little longer, so that most writes leave the expiry as it is.
-- A bucket that never refills stays.
--
-- in: k (the key's number), has_room, at_us, capacity, take_hi, take_lo, ADMITS_ALWAYS, writes, expiries
-- in: largest (what it may ever hold), slowest (what comes back a second at the least)
-- changes: micros, picos, old_expiry_ms
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
  if slowest > 0 then
    full_ms = (at_us + (largest - micros) / slowest * MILLION) / 1000
    full_ms = full_ms < LATEST_MS and full_ms - full_ms % 1 + 2 or LATEST_MS
  end
  if not old_expiry_ms or full_ms > old_expiry_ms or (full_ms == 0) ~= (old_expiry_ms == 0) then
    old_expiry_ms = full_ms == 0 and 0 or full_ms + SLACK_MS
    expiries[k] = old_expiry_ms
  end
  writes[k] = pack(BUCKET, LAYOUT_VERSION, micros, picos, at_us, old_expiry_ms)
end
