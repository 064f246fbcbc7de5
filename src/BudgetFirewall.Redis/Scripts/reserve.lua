#!lua
-- reserve: sets amounts aside in every counter and takes from every rate limit, if all have room.
--
-- KEYS   1 meta   2 the operation's record   then n counters   then the rate limits   then the ADAPTATION of each adaptive one
-- ARGV   1 expected meta: epoch and catalog version
--        2 RESERVE_CALL
--        3 RECORD_HEAD, n AMOUNTs to hold; then what the client needs to settle by id alone: opaque
--        4 n LIMITs, then the THROTTLEs
--        5 a RATE_LIMIT for each rate limit, last those of the queues of throttled budgets; an ADAPTIVE for each adaptive one
--        6 the time for which the record lives at first, beyond its lease too (ms, digits)
-- Reply  REPLY, and more:
--        DONE: the FRONT of each counter, the LEVEL of each rate limit
--        NOT_ALL_ADMIT, DENIED: the verdict of each limit (a letter), NOT_ASKED of a queue, then the same
--        DELAYED: the time of the turn (TIME), then as NOT_ALL_ADMIT
--        REPLAYED, done before: FRONTs and LEVELs, then the operation's record
--        OVERFLOW   WRONG_PERIOD   STALE_CATALOG   OTHER_EPOCH, or none
--@prelude
--@include clock, clock_ms
local RECORD, LIMITS, RATES, LIFE, CALL_SIZE, ADMITS_ALWAYS, NOTED, SET = 3, 4, 5, 6, RESERVE_CALL_SIZE, false, nil, nil
--@include check_call, decide, check_cost
if not status then
  local keep_us, lease_us, slot_width_ms, record_keep_us = unpack_bytes(RESERVE_SPANS, ARGV[2], RESERVE_CALL_SPANS_AT)
  if keep_us > MAX_SPAN_US or lease_us > MAX_SPAN_US or record_keep_us > MAX_SPAN_US or slot_width_ms < 1 then
    error({err = ARGUMENT .. ' a time is out of range'})
  end
  --@include plan, plan_fronts
  local refuses, is_overflow, verdicts = false, false, nil
  --@include take_all
  local end_us = now_us + delay_us + lease_us
  local end_ms = math.ceil(end_us / 1000)
  -- A hold that waits for its turn first has a slot for all of that time, so that a counter has few slots however many wait: HoldSlotWidth.
  while delay_us > 0 and slot_width_ms * 16000 <= delay_us + lease_us do
    slot_width_ms = slot_width_ms * 2
  end
  local slot_end_ms = math.ceil(end_ms / slot_width_ms) * slot_width_ms

  local is_behind = not refuses
  while is_behind do
    is_behind = false
    for i = 1, n do
      local k = i + 2
      local key, value = KEYS[k], values[k]
      --@include read_counter, read_limit, total, judge_budget
      if purged_ms >= slot_end_ms then
        -- A slot given back before the clock went backwards is never used again: the hold then ends a little later, in every counter.
        slot_end_ms = (math.floor(purged_ms / slot_width_ms) + 1) * slot_width_ms
        is_behind = true
        break
      end
      --@include heed_verdict
      if refuses then
        break
      end
      --@include overflow
      is_overflow = is_overflow or is_over
      local new_expiry_ms, is_held = expiry_ms, amount_hi > 0 or amount_lo > 0
      if period_end_ms > 0 then
        if period_end_ms > new_expiry_ms then
          new_expiry_ms = period_end_ms
        end
        if end_ms > new_expiry_ms then
          new_expiry_ms = end_ms
        end
      end
      if is_held then
        --@include add_hold
      end
      --@include pack_front
      fronts[i] = front
      -- A hold of nothing beyond the period's end needs the counter too: its commit may be of more.
      if is_held or (new_expiry_ms > expiry_ms and new_expiry_ms > period_end_ms) then
        --@include put_counter
      end
    end
  end

  if refuses then
    status = DENIED
  elseif is_overflow then
    return OVERFLOW .. head
  else
    local keep_until_us = keep_us > 0 and now_us + keep_us or 0
    --@include passed_over, turn_of_record, left_queues
    local times = pack(TIMES, now_us, end_us, end_us, slot_end_ms, keep_until_us, record_keep_us, n)
    local record = RESERVATION_RECORD .. OPEN .. times .. ARGV[RECORD] .. passed_over .. turn
    --@include write_record, write_all, begin_reply
    return front_of_reply .. table.concat(fronts) .. levels
  end
end
--@include share_turn, answer_unchanged
