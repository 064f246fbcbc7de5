#!lua
-- check: looks whether every counter has room and every rate limit enough, and takes from the rate limits. Counts nothing.
--
-- KEYS   1 meta   2 the operation's record, or AMONG_OTHERS the set of ids   then n counters   then the rate limits
--        then the ADAPTATION of each adaptive one   BY_TURN then the set of ids
-- ARGV   1 expected meta: epoch and catalog version
--        2 CHECK_CALL
--        3 RECORD_HEAD, AMONG_OTHERS of zeros, n AMOUNTs that are not looked at
--        4 n LIMITs, then the THROTTLEs
--        5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets; an ADAPTIVE for each adaptive one
--        6 the time for which a record is kept (ms, digits)   7 the id, where there is a set
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
local NOTED, SET = nil, KEYS[2]
if memory >= AMONG_OTHERS then
  NOTED = ARGV[ID]
  if memory > BY_TURN or not NOTED or #NOTED ~= MADE_UP_ID_SIZE then
    error({err = ARGUMENT .. ' an id cannot be remembered so'})
  elseif memory == BY_TURN then
    SET = table.remove(KEYS)
  end
end
--@include decide
if not status then
  --@include plan
  local fronts = ''
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
    fronts = fronts .. front
  end
  --@include take_all
  local takes = next(writes) or commands
  -- What has been taken is not to be taken again by a repetition of the call.
  local is_recorded = memory == ALWAYS or (takes and (memory == ONCE_TAKEN or (memory == BY_TURN and delay_us > 0)))
  if refuses or (is_recorded and NOTED) then
    -- What was admitted is admitted when it is repeated, too.
    status = NOTED and call('SISMEMBER', SET, NOTED) == 1 and REPLAYED or refuses and DENIED or nil
  elseif takes and NOTED then
    -- Beside ids a set has one member that is always the same: only where that is new, too, the set is new. The server may lose it within its second.
    local added = call('SADD', SET, NOTED, '')
    if added == 0 then
      status = REPLAYED
    elseif added == 2 then
      call('PEXPIRE', SET, MADE_UP_LIFE_MS)
    end
  end
  if not status then
    if is_recorded then
      --@include check_cost, turn_of_record
      local record = CHECK_RECORD .. sub(ARGV[RECORD], 1, RECORD_HEAD_SIZE) .. turn
      --@include write_record
    end
    if takes then
      --@include write_all
    end
    --@include begin_reply
    return front_of_reply .. fronts .. levels
  end
end
--@include share_turn, answer_unchanged
