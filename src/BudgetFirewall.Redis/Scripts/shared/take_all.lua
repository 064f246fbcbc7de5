-- Takes from every bucket but those of shadows that would refuse.
--
-- in: ADMITS_ALWAYS (whether or not there is enough), BUCKETS (the argument that holds TAKEs), n, m, values, now_us, writes, expiries
-- changes: shadows (nil, or true by the number of each limit that would have refused)
-- out: levels, is_short (one refuses)
local levels, is_short = '', false
for i = 1, m do
  local k = n + 2 + i
  local key, value = KEYS[k], values[k]
  local capacity, refill, need, take_hi, take_lo, is_shadow = unpack_bytes(TAKE, ARGV[BUCKETS], (i - 1) * TAKE_SIZE + 1)
  --@include read_bucket, judge_token_bucket
  local is_taken = take_hi ~= 0 or take_lo ~= 0
  if verdict ~= ADMITS and not ADMITS_ALWAYS then
    if verdict == REFUSES then
      is_short = true
      break
    end
    shadows, is_taken = shadows or {}, false
    shadows[n + i] = true
  end
  if is_taken then
    --@include take
  end
  levels = levels .. pack(LEVEL, micros, picos, at_us - now_us)
end
