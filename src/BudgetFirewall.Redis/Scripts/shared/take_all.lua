-- Takes from every rate limit that has room, but from no queue that is not asked.
--
-- in: ADMITS_ALWAYS (whether or not there is room), RATES (the argument that holds RATE_LIMITs), n, m, adaptives, values, now_us, now_ms, writes, expiries
-- in: is_passed (nil, or by a rate limit's number whether it is a queue that is not asked)
-- changes: commands, refuses, verdicts (nil, or by the limit's place in the call each that neither admits nor refuses)
-- out: levels, delay_us (the longest wait for a turn; 0: none)
local levels, made_us, delay_us = '', now_us, 0
for i = 1, m do
  local k = n + 2 + i
  local key, value = KEYS[k], values[k]
  --@include read_rate_limit, pass_over, rate_limit, judge_rate_limit, heed_verdict
  if refuses then
    break
  elseif turn_in_us > delay_us and not ADMITS_ALWAYS then
    delay_us = turn_in_us
  end
  levels = levels .. level
end
