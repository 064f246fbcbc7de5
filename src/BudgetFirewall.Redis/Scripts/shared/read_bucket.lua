-- Reads a bucket as it stands now, refilled up to its capacity.
--
-- in: key, value (nil: full), capacity, refill (a second), now_us
-- out: micros, picos, at_us (as in BUCKET), old_expiry_ms (nil: there is none)
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
