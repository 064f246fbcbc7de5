#!lua
-- check: looks whether every counter has room and every rate limit enough, and takes from the rate limits. Counts nothing.
--
-- KEYS   1 meta   2 the operation's record, or a set of checks' ids   then n counters   then the rate limits
--        then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 CHECK_CALL
--        3 RECORD_HEAD, of zeros where there is a set, n AMOUNTs that are not looked at
--        4 n LIMITs, then the THROTTLEs
--        5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets; an ADAPTIVE for each adaptive one
--        6 the time for which the id, or the set, is remembered (ms, digits)   7 the id, where there is a set
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit
--        NOT_ALL_ADMIT, DENIED: the verdict of each limit (a letter), NOT_ASKED of a queue, then the same
--        DELAYED: the time of the turn (TIME), then as NOT_ALL_ADMIT
--        REPLAYED, done before: FRONTs and LEVELs, then the operation's record, if it has one
--        WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local RECORD, LIMITS, RATES, LIFE, ID, CALL_SIZE, ADMITS_ALWAYS = 3, 4, 5, 6, 7, CHECK_CALL_SIZE, false
--@include check_call
local memory = string.byte(ARGV[2], CHECK_CALL_MEMORY_AT)
local NOTED = memory == AMONG_OTHERS and ARGV[ID] or nil
if memory > AMONG_OTHERS or (memory == AMONG_OTHERS and (not NOTED or #NOTED ~= MADE_UP_ID_SIZE)) then
  error({err = ARGUMENT .. ' an id cannot be remembered so'})
end
--@include decide
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
  local takes = next(writes) or commands
  -- The server may lose the set within its second, so that a new one is known here alone.
  local is_new = NOTED and takes and not refuses and call('EXISTS', KEYS[2]) == 0
  if is_new and not string.find(ARGV[LIFE], '^[1-9]%d?%d?%d?%d?%d?%d?%d?$') then
    error({err = ARGUMENT .. ' a time is out of range'})
  end
  if refuses then
    -- What was admitted is admitted when it is repeated, too.
    status = NOTED and call('SISMEMBER', KEYS[2], NOTED) == 1 and REPLAYED or DENIED
  elseif NOTED and takes and call('SADD', KEYS[2], NOTED) == 0 then
    status = REPLAYED
  else
    -- What has been taken is not to be taken again by a repetition of the call.
    if is_new then
      call('PEXPIRE', KEYS[2], ARGV[LIFE])
    end
    if memory == ALWAYS or (memory == ONCE_TAKEN and takes) then
      --@include turn_of_record
      local record = CHECK_RECORD .. sub(ARGV[RECORD], 1, RECORD_HEAD_SIZE) .. turn
      --@include write_record
    end
    if takes then
      --@include write_all
    end
    --@include begin_reply
    return front_of_reply .. table.concat(fronts) .. levels
  end
end
--@include share_turn, answer_unchanged
