-- Packs what each rate limit stands at where nothing is taken.
--
-- in: FIRST (the number of the first counter's key), n, m, adaptives, values, RATES, now_us, now_ms
-- out: levels_now
local levels_now = ''
for i = 1, m do
  local key, value = KEYS[FIRST + n + i - 1], values[FIRST + n + i - 1]
  --@include read_rate_limit, take_nothing, rate_limit
  levels_now = levels_now .. level
end
