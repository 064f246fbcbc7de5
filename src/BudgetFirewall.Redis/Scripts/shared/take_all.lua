-- Takes from every bucket.
--
-- in: ADMITS_ALWAYS (whether or not there is enough), BUCKETS (the argument that holds TAKEs), n, m, values, now_us, writes, expiries
-- out: levels, is_short (one has less than is needed)
local levels, is_short = '', false
for i = 1, m do
  local k = n + 2 + i
  local key, value = KEYS[k], values[k]
  local capacity, refill, need, take_hi, take_lo = unpack_bytes(TAKE, ARGV[BUCKETS], (i - 1) * TAKE_SIZE + 1)
  --@include read_bucket
  if need > micros and need > 0 and not ADMITS_ALWAYS then
    is_short = true
    break
  end
  if take_hi ~= 0 or take_lo ~= 0 then
    --@include take
  end
  levels = levels .. pack(LEVEL, micros, picos, at_us - now_us)
end
