#!lua
-- check: looks whether every counter has room and every rate limit enough, and takes from the rate limits. Counts nothing.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the rate limits
-- ARGV   1 expected meta: epoch and catalog version
--        2 CHECK_CALL
--        3 RECORD_HEAD, n AMOUNTs that are not looked at
--        4 n LIMITs, then the THROTTLEs   5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets
--        6 the time for which the id is remembered (ms, digits)
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit
--        NOT_ALL_ADMIT, DENIED: the verdict of each limit (a letter), NOT_ASKED of a queue, then the same
--        DELAYED: the time of the turn (TIME), then as NOT_ALL_ADMIT
--        REPLAYED, done before: FRONTs and LEVELs, then the operation's record
--        WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local RECORD, LIMITS, RATES, LIFE, CALL_SIZE, ADMITS_ALWAYS = 3, 4, 5, 6, CHECK_CALL_SIZE, false
--@include check_call, decide
if not status then
  --@include plan, plan_fronts
  local refuses, verdicts = false, nil
  for i = 1, n do
    local k = i + 2
    local key, value = KEYS[k], values[k]
    --@include read_counter, read_limit, total, judge_budget, heed_verdict
    if refuses then
      break
    end
    local new_expiry_ms = expiry_ms
    --@include pack_front
    fronts[i] = front
  end
  --@include take_all
  if refuses then
    status = DENIED
  else
    -- What has been taken is not to be taken again by a repetition of the call.
    if next(writes) or commands or string.byte(ARGV[2], CHECK_CALL_IS_REMEMBERED_AT) == 1 then
      --@include turn_of_record
      local record = CHECK_RECORD .. sub(ARGV[RECORD], 1, RECORD_HEAD_SIZE) .. turn
      --@include write_record, write_all
    end
    --@include begin_reply
    return front_of_reply .. table.concat(fronts) .. levels
  end
end
--@include share_turn, answer_unchanged
