-- Reads a bucket as it stands now: micros, picos, and the time they are true at: now, or later where the clock has gone backwards.
--   in   key, value (nil: full)   bucket_args, at: where its arguments begin
--   out  capacity, refill, need, take_hi, take_lo   micros, picos, at_us   bucket_expiry (nil: there is no key)
local capacity, refill, need, take_hi, take_lo = unpack_bytes(TAKE, ARGV[BUCKETS], at)
if capacity > CEILING or refill > CEILING then
  refuse('a bucket is too large')
end
local micros, picos, at_us, bucket_expiry = capacity, 0, now_us, nil
if value then
  local version
  if #value ~= BUCKET_SIZE then
    corrupt(key)
  end
  version, micros, picos, at_us, bucket_expiry = unpack_bytes(BUCKET, value)
  if version ~= 1 or picos >= MILLION or micros < FLOOR then
    corrupt(key)
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
  corrupt(key)
end
