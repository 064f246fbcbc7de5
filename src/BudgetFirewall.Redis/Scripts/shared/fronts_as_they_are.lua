-- Packs the front of each counter where nothing is changed.
--
-- in: FIRST (the number of the first counter's key), n, values, now_ms
-- out: fronts_now
local fronts_now = {}
for i = 1, n do
  local key, value = KEYS[FIRST + i - 1], values[FIRST + i - 1]
  --@include read_counter
  local new_expiry_ms = expiry_ms
  --@include pack_front
  fronts_now[i] = front
end
