-- Takes from a bucket read, in two steps as no double holds all of what may be taken. Its key lives until the bucket is full again, which is
-- what a missing key says, and a little longer, so that most writes leave the expiry as it is. A bucket that never refills stays.
--   in, out  micros, picos   in  k the key's number, capacity, refill, take_hi, take_lo, at_us, bucket_expiry   out  writes, expiries
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
if not bucket_expiry or full_ms > bucket_expiry or (full_ms == 0) ~= (bucket_expiry == 0) then
  bucket_expiry = full_ms == 0 and 0 or full_ms + SLACK_MS
  expiries[k] = bucket_expiry
end
writes[k] = pack(BUCKET, 1, micros, picos, at_us, bucket_expiry)
