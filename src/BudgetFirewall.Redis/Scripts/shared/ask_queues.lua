-- Finds which queues of throttled budgets are asked: those of budgets that have no room within their limits.
--
-- in: n, m, throttle_count, values, now_ms, LIMITS (the argument in which THROTTLEs follow the LIMITs)
-- out: is_above (nil where nothing is throttled, or by a counter's number whether a throttled budget has no room)
-- out: is_passed (nil where nothing is throttled, or by a rate limit's number whether it is a queue that is not asked)
local is_above, is_passed
for j = 1, throttle_count do
  local i, queue, room_kind, room_hi, room_lo = unpack_bytes(THROTTLE, ARGV[LIMITS], n * LIMIT_SIZE + (j - 1) * THROTTLE_SIZE + 1)
  if i < 1 or i > n or queue < 1 or queue > m or room_kind > BEYOND or room_lo >= BASE then
    error({err = ARGUMENT .. ' a throttle does not fit the keys'})
  end
  local key, value, without_room = KEYS[i + 2], values[i + 2], REFUSES
  --@include read_counter, total, judge_budget
  is_above, is_passed = is_above or {}, is_passed or {}
  is_above[i], is_passed[queue] = verdict ~= ADMITS, verdict == ADMITS
end
