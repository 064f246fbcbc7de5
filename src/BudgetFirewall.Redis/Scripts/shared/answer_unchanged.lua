-- Answers check, reserve, spend and charge where nothing is changed: with the verdict of each limit where one refuses, what counters and rate limits
-- stand at, and the record of a call that was done before.
--
-- in: n, m, adaptives, values, head, status, RECORD, LIMITS, RATES, now_us, now_ms
-- in: is_passed (nil, or by a rate limit's number whether it is a queue that is not asked)
local verdicts_now, fronts_now, levels_now = {}, {}, ''
for i = 1, n do
  local key, value = KEYS[i + 2], values[i + 2]
  --@include read_counter
  if status == DENIED then
    --@include read_limit, total, judge_budget
    verdicts_now[i] = verdict
  end
  local new_expiry_ms = expiry_ms
  --@include pack_front
  fronts_now[i] = front
end
for i = 1, m do
  local key, value = KEYS[n + 2 + i], values[n + 2 + i]
  --@include read_rate_limit, take_nothing, pass_over, rate_limit
  if status == DENIED then
    --@include judge_rate_limit
    verdicts_now[n + i] = verdict
  end
  levels_now = levels_now .. level
end
return status .. head .. table.concat(verdicts_now) .. table.concat(fronts_now) .. levels_now .. (status == REPLAYED and values[2] or '')
