#!lua
-- check: looks whether every counter has room and every rate limit enough, and takes from the rate limits. Counts nothing.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the rate limits
-- ARGV   1 expected meta: epoch and catalog version
--        2 CHECK_CALL
--        3 RECORD_HEAD, n AMOUNTs that are not looked at
--        4 n LIMITs   5 a RATE_LIMIT for each rate limit
--        6 the time for which the id is remembered (ms, digits)
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit   WOULD_DENY, DENIED: the verdict of each limit (a letter), then the same
--        DELAYED: the time of the turn (TIME), then as WOULD_DENY
--        REPLAYED, done before: FRONTs and LEVELs, then the operation's record
--        WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local RECORD, LIMITS, RATES, LIFE, CALL_SIZE, ADMITS_ALWAYS = 3, 4, 5, 6, CHECK_CALL_SIZE, false
--@include check_call, decide
if not status then
  --@include plan, plan_fronts
  local refuses, shadows = false, nil
  for i = 1, n do
    local key, value = KEYS[i + 2], values[i + 2]
    --@include read_counter, read_limit, total, judge_budget
    if verdict == REFUSES then
      refuses = true
      break
    elseif verdict == WOULD_REFUSE then
      shadows = shadows or {}
      shadows[i] = true
    end
    local new_expiry_ms = expiry_ms
    --@include pack_front
    fronts[i] = front
  end
  --@include take_all
  if refuses or is_short then
    status = DENIED
  else
    if string.byte(ARGV[2], CHECK_CALL_IS_REMEMBERED_AT) == 1 then
      --@include turn_of_record
      local record = CHECK_RECORD .. sub(ARGV[RECORD], 1, RECORD_HEAD_SIZE) .. turn
      --@include write_record, write_all
    end
    --@include would_deny
    return front_of_reply .. table.concat(fronts) .. levels
  end
end
--@include share_turn, answer_unchanged
