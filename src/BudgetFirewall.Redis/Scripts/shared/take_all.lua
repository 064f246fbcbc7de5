-- Takes from every bucket.
--   in   ALWAYS: whether or not there is enough
--   out  levels   is_short: one has less than is needed   and what is to be written, in writes and expiries
local levels, is_short = '', false
for i = 1, m do
  local k, at = n + 2 + i, (i - 1) * TAKE_SIZE + 1
  local key, value = KEYS[k], values[k]
  --@include read_bucket
  if need > micros and need > 0 and not ALWAYS then
    is_short = true
    break
  end
  if take_hi ~= 0 or take_lo ~= 0 then
    --@include take
  end
  levels = levels .. pack(LEVEL, micros, picos, at_us - now_us)
end
