-- Takes from a bucket read, in two parts as no double holds all of what may be taken. Its key lives until the bucket is full again, which is
-- what a missing key says, and a little longer, so that most writes leave the expiry as it is. A bucket that never refills stays.
--
-- in: k (the key's number), capacity, refill, take_hi, take_lo, at_us, writes, expiries
-- changes: micros, picos, bucket_expiry_ms
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
if not bucket_expiry_ms or full_ms > bucket_expiry_ms or (full_ms == 0) ~= (bucket_expiry_ms == 0) then
  bucket_expiry_ms = full_ms == 0 and 0 or full_ms + SLACK_MS
  expiries[k] = bucket_expiry_ms
end
writes[k] = pack(BUCKET, LAYOUT_VERSION, micros, picos, at_us, bucket_expiry_ms)
