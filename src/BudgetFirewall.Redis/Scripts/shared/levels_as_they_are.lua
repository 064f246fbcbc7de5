-- Packs the level of each bucket where nothing is taken.
--
-- in: FIRST (the number of the first counter's key), n, m, values, BUCKETS, now_us
-- out: levels_now
local levels_now = ''
for i = 1, m do
  local key, value = KEYS[FIRST + n + i - 1], values[FIRST + n + i - 1]
  local capacity, refill = unpack_bytes(TAKE, ARGV[BUCKETS], (i - 1) * TAKE_SIZE + 1)
  --@include read_bucket
  levels_now = levels_now .. pack(LEVEL, micros, picos, at_us - now_us)
end
